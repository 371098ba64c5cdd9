import { stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '../recovery/plan.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import { privateDir, readJson, writeOnce } from './files.ts';
import { lastEvent, readJournal } from './journal.ts';
import { identityOf, lifeOf, type ProcessIdentity } from './process-identity.ts';

interface LockContent {
  readonly runId: string;
  readonly by: string;
  readonly action: string;
  readonly process: ProcessIdentity;
}

/**
 * Takes the lock of a cluster on this machine for a run: one change at a time. Null when it was taken, else who holds it.
 * A lock whose holder is gone is taken over; one of another machine (a shared home) never is.
 */
export async function takeLock(
  stateDir: string,
  plan: Plan,
  runId: string,
  by: string,
): Promise<Safe | null> {
  await privateDir(join(stateDir, 'locks'));
  const path = lockPath(stateDir, plan);
  const content: LockContent = { runId, by, action: plan.title, process: await identityOf(process.pid) };
  if (await writeOnce(path, JSON.stringify(content))) return null;
  const holder = asContent(await readJson(path));
  if (holder !== null && (await isHeld(stateDir, holder))) return heldText(holder);
  return (await takeOver(stateDir, path, content))
    ? null
    : say`another groundup takes the lock of this cluster now`;
}

/** Gives the lock back if the run still holds it. */
export async function releaseLock(stateDir: string, plan: Plan, runId: string): Promise<void> {
  const path = lockPath(stateDir, plan);
  if (asContent(await readJson(path))?.runId === runId) await unlink(path).catch(() => {});
}

function lockPath(stateDir: string, plan: Plan): string {
  const name = (plan.cluster.uid ?? 'unknown').replace(/[^A-Za-z0-9-]/g, '_');
  return join(stateDir, 'locks', `${name}.lock`);
}

/** Once a supervisor was seen, it and its tool count; before that, whoever took the lock. */
async function isHeld(stateDir: string, holder: LockContent): Promise<boolean> {
  const journal = await readJournal(stateDir, holder.runId);
  if (journal?.exit) return false;
  const supervisor = journal && lastEvent(journal.events, 'supervisor');
  const spawned = journal && lastEvent(journal.events, 'spawned');
  const holders = [supervisor?.process ?? holder.process, ...(spawned ? [spawned.process] : [])];
  const lives = await Promise.all(holders.map(lifeOf));
  return lives.some(life => life !== 'gone');
}

const TAKE_OVER_MS = 10_000;

/** Two may find the same stale lock: only the one that holds the second file may remove it, after a second look. */
async function takeOver(stateDir: string, path: string, content: LockContent): Promise<boolean> {
  const second = `${path}.takeover`;
  const age = await stat(second).then(
    found => Date.now() - found.mtimeMs,
    () => 0,
  );
  if (age > TAKE_OVER_MS) await unlink(second).catch(() => {});
  if (!(await writeOnce(second, ''))) return false;
  try {
    const holder = asContent(await readJson(path));
    if (holder !== null && (await isHeld(stateDir, holder))) return false;
    await unlink(path).catch(() => {});
    return await writeOnce(path, JSON.stringify(content));
  } finally {
    await unlink(second).catch(() => {});
  }
}

function heldText(holder: LockContent): Safe {
  return say`${field(holder.by)} changes this cluster now: ${field(holder.action)} (run ${field(holder.runId)})`;
}

function asContent(raw: unknown): LockContent | null {
  if (typeof raw !== 'object' || raw === null) return null;
  const { runId, process: holder } = raw as Partial<LockContent>;
  const usable = typeof runId === 'string' && typeof holder?.pid === 'number';
  return usable ? (raw as LockContent) : null;
}
