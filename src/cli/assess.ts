import type { Snapshot } from '../cluster/snapshot.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { undiagnosed } from '../diagnosis/undiagnosed.ts';
import type { Action, Bench, Tried } from '../recovery/action.ts';
import { bestRemedy, offer, remediesForKey } from '../recovery/offer.ts';
import type { Remedy, Workshop } from '../recovery/plan.ts';
import type { Model } from '../store/app-state.ts';

/** Nothing could be learnt of the workstation: actions say which tool they lack. */
export const emptyWorkshop: Workshop = { tools: {}, repository: null };

/**
 * From a snapshot to everything that is concluded from it. Remembers the last diagnosis, which lends the times
 * that objects do not tell. While the workstation is still looked at (null) nothing is offered: a cure that is replaced
 * a moment later by a better one is none. `narrow`: the part of the diagnosis that is asked for.
 */
export function assessor(
  workshop: () => Workshop | null,
  now: () => number,
  tried: (diagnosis: Diagnosis) => readonly Tried[] = () => [],
  {
    custom = () => [],
    narrow = diagnosis => diagnosis,
  }: {
    readonly custom?: () => readonly Action[];
    readonly narrow?: (diagnosis: Diagnosis, snapshot: Snapshot) => Diagnosis;
  } = {},
): (snapshot: Snapshot) => Model {
  let previous: Diagnosis | undefined;
  const assess = (snapshot: Snapshot): Model => {
    previous = diagnose(snapshot, previous, workshop()?.repository?.releases);
    const diagnosis = narrow(previous, snapshot);
    const found = workshop();
    if (found === null) return { snapshot, diagnosis, remedies: {}, fix: null };
    const bench = {
      diagnosis,
      snapshot,
      workshop: found,
      now: now(),
      tried: tried(diagnosis),
      custom: custom(),
    };
    return {
      snapshot,
      diagnosis,
      remedies: Object.fromEntries(
        offer(diagnosis, snapshot, bench.workshop, bench.now, bench.tried, bench.custom),
      ),
      forKey: byKey(bench),
      fix: diagnosis.root === null ? null : bestRemedy(diagnosis.root, bench),
    };
  };
  return snapshot => {
    try {
      return assess(snapshot);
    } catch (error) {
      // A bug of ours on one odd object: nothing may stay green on the screen, and the screen may not go away.
      if (process.env.GROUNDUP_DEBUG !== undefined) throw error;
      return { snapshot, diagnosis: undiagnosed(snapshot), remedies: {}, fix: null };
    }
  };
}

/** Worked out once a key and moment: footer and help ask as well. */
function byKey(bench: Bench): (key: string) => readonly Remedy[] {
  const known = new Map<string, readonly Remedy[]>();
  return key => {
    const found = known.get(key) ?? remediesForKey(key, bench);
    known.set(key, found);
    return found;
  };
}
