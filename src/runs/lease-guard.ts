import type { LeaseRead, LeaseRecord } from '../cluster/recovery-lease.ts';
import { passed, stop, warn } from '../recovery/guard.ts';
import type { Guard, Plan } from '../recovery/plan.ts';
import { type Safe, say } from '../text/safe.ts';
import { readJournal } from './journal.ts';
import type { Holder } from './lease-watch.ts';
import { lifeOfRun } from './life.ts';

export interface LeaseAnswer {
  readonly guard: Guard;
  readonly takeOver?: NonNullable<Plan['takeOver']>;
}

/**
 * What the lock in the cluster means for a plan. `holder`: what was watched until now; `hasEnded`: the holder is a run of
 * this machine that is over; `now`: cluster time (epoch ms).
 */
export function leaseGuard(
  read: LeaseRead,
  holder: Holder | null,
  { hasEnded, now }: { readonly hasEnded: boolean; readonly now: number },
): LeaseAnswer {
  if (!read.ok)
    return {
      guard: warn(say`the lock in the cluster cannot be read: who works from another machine is not seen`),
    };
  const { record } = read;
  if (record === null || record.holder === '')
    return { guard: passed(say`nobody else changes this cluster`) };
  const takeOver = { version: record.version, by: record.by };
  if (hasEnded)
    return { guard: passed(say`takes over the lock of an ended run of this machine (${record.action})`) };
  const isSilent = holder?.isSilent === true && holder.record.version === record.version;
  if (!isSilent)
    return {
      guard: stop(say`${heldText(record, now)}; wait, it could be taken over after a minute of silence`),
    };
  const seconds = Math.floor(holder.silentMs / 1000);
  return {
    guard: warn(say`takes over the lock: ${heldText(record, now)}, silent for ${seconds} s`),
    takeOver,
  };
}

/** `alice@jump-1 recovers this cluster: Sync release cilium, since 3m`. */
export function heldText({ by, action, since }: LeaseRecord, now: number): Safe {
  const minutes = since === null ? null : Math.max(0, Math.round((now - since) / 60_000));
  const ago =
    minutes === null ? say`` : minutes === 0 ? say`, since less than a minute` : say`, since ${minutes}m`;
  return say`${by} recovers this cluster: ${action}${ago}`;
}

/** True when the holder is a run of this machine that nobody works on any more: then its silence needs no waiting for. */
export async function hasEndedHere(stateDir: string, record: LeaseRecord, now: number): Promise<boolean> {
  const journal = await readJournal(stateDir, record.run);
  if (journal === null) return false;
  return journal.exit !== null || (await lifeOfRun(journal, now)).state === 'lost';
}
