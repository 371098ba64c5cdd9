import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { HealAttempt } from '../recovery/heal.ts';
import { auditFile } from './audit.ts';
import { isOurs, parseJson } from './files.ts';

/** What happened within a day fits in there many times over. */
const TAIL = 1_048_576;
const outcomes: readonly unknown[] = ['succeeded', 'failed', 'unknown', 'cancelled'];

/**
 * What self-healing did on a cluster, from the audit file: also by groundups that have ended since, and by timers.
 * `at` is local epoch ms. Null when the file is there but cannot be read: then nobody knows, and nothing may be done.
 */
export async function healAttempts(stateDir: string, uid: string): Promise<readonly HealAttempt[] | null> {
  const text = await tailOf(auditFile(stateDir));
  if (text === null) return null;
  const found = new Map<string, HealAttempt>();
  for (const line of text.split('\n')) {
    const entry = parseJson(line);
    if (!isEntry(entry) || entry.cluster?.uid !== uid) continue;
    const { run, root, action, target, event, outcome } = entry;
    const before = found.get(run);
    const at = Date.parse(entry.at);
    if (event === 'started' && Number.isFinite(at))
      found.set(run, { root, action, target: target ?? null, at, outcome: 'running' });
    if (event === 'ended' && before !== undefined && outcomes.includes(outcome))
      found.set(run, { ...before, outcome: outcome as HealAttempt['outcome'] });
  }
  return [...found.values()];
}

interface Entry {
  readonly at: string;
  readonly event: string;
  readonly run: string;
  readonly root: string;
  readonly action: string;
  readonly target?: string | null;
  readonly outcome?: string;
  readonly cluster?: { readonly uid?: string | null } | null;
}

/** Only what self-healing did names a root and a run. */
function isEntry(raw: unknown): raw is Entry {
  if (typeof raw !== 'object' || raw === null) return false;
  const { at, event, run, root, action } = raw as Partial<Entry>;
  return [at, event, run, root, action].every(one => typeof one === 'string');
}

async function tailOf(path: string): Promise<string | null> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stat = await file.stat();
    if (!stat.isFile() || !isOurs(stat.uid)) return null;
    const from = Math.max(0, stat.size - TAIL);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(stat.size - from), 0, stat.size - from, from);
    return buffer.toString('utf8', 0, bytesRead);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? '' : null;
  }
}
