import type { Healed } from '../cluster/healed.ts';
import type { HealAttempt } from '../recovery/heal.ts';
import { auditTail } from './audit-tail.ts';

const outcomes: readonly unknown[] = ['succeeded', 'failed', 'unknown', 'cancelled'];

/**
 * What self-healing did on a cluster, from the audit file: also by groundups that have ended since, and by timers.
 * `at` is local epoch ms. Null when the file is there but cannot be read: then nobody knows, and nothing may be done.
 */
export async function healAttempts(stateDir: string, uid: string): Promise<readonly HealAttempt[] | null> {
  const entries = await auditTail(stateDir);
  if (entries === null) return null;
  const found = new Map<string, HealAttempt>();
  for (const entry of entries) {
    if (!isEntry(entry) || entry.cluster?.uid !== uid) continue;
    const { run, root, action, target, event, outcome } = entry;
    const before = found.get(run);
    const at = Date.parse(entry.at);
    if (event === 'started' && Number.isFinite(at))
      found.set(run, { run, root, action, target: target ?? null, at, outcome: 'running' });
    if (event === 'ended' && before !== undefined && outcomes.includes(outcome))
      found.set(run, { ...before, outcome: outcome as HealAttempt['outcome'] });
  }
  return [...found.values()];
}

/** With what other machines did, as the lock in the cluster remembers it; of our own runs the audit file knows more. */
export function withOthers(own: readonly HealAttempt[], healed: readonly Healed[]): readonly HealAttempt[] {
  const others = healed.filter(one => own.every(({ run }) => run !== one.run));
  return [
    ...own,
    ...others.map(({ run, root, action, target, at, state }) => ({
      run,
      root,
      action,
      target,
      at,
      outcome: state === 'ended' ? ('succeeded' as const) : state,
    })),
  ];
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
