import { basename, dirname } from 'node:path';
import type { Healed } from '../cluster/healed.ts';
import type { LeaseStore } from '../cluster/recovery-lease.ts';
import type { Plan } from '../recovery/plan.ts';
import { whoAmI } from './audit.ts';
import { record } from './journal.ts';
import { hasEndedHere } from './lease-guard.ts';
import { keepLease, type LeaseKeeper } from './lease-keeper.ts';
import type { RunLog } from './marks.ts';

/** Keeps the lock of the cluster for the run in `dir`, and says in its log how it stands. Gives why not when somebody else has it. */
export async function holdLease(
  plan: Plan,
  store: LeaseStore,
  { dir, log, now }: { readonly dir: string; readonly log: RunLog; readonly now: () => number },
): Promise<
  { readonly ok: true; readonly keeper: LeaseKeeper } | { readonly ok: false; readonly why: string }
> {
  const note = (state: 'held' | 'none' | 'lost', why: string | null): void => {
    void record(dir, { event: 'lease', at: now(), state, why }).catch(() => {});
    void log.note(noteText(state, why));
  };
  const held = await keepLease(store, {
    run: basename(dir),
    by: whoAmI(),
    action: plan.title,
    healing: attemptOf(plan, basename(dir), now()),
    takeOver: plan.takeOver?.version,
    hasEnded: lease => hasEndedHere(dirname(dirname(dir)), lease, now()),
    now,
    onChange: note,
  });
  if (!held.ok) return held;
  const { state, why } = held.keeper.standing();
  if (plan.takeOver !== undefined && state === 'held')
    await log.note(`the lock in the cluster was taken over from ${plan.takeOver.by}, who had fallen silent`);
  if (state !== 'held') note(state, why);
  return held;
}

function attemptOf({ healing, action, target }: Plan, run: string, at: number): Healed | null {
  return healing === undefined ? null : { run, root: healing.root, action, target, at, state: 'running' };
}

function noteText(state: 'held' | 'none' | 'lost', why: string | null): string {
  if (state === 'held') return 'the lock in the cluster is held again';
  return state === 'none'
    ? `no lock in the cluster: ${why}`
    : `the lock in the cluster is lost: ${why}; no further step will begin`;
}
