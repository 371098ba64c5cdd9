import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Tried } from '../recovery/action.ts';
import type { Runs } from '../runs/runs.ts';
import { isSameCluster } from '../runs/verify.ts';

const CAP = 50;

/** The runs on this cluster that are over, newest first, as the choice of remedies remembers them. `wall`: the clock of the cluster, which the demo lets run faster. */
export function triedRuns(
  runs: Pick<Runs, 'past'>,
  diagnosis: Diagnosis,
  wall: () => number,
): readonly Tried[] {
  return runs
    .past()
    .slice(0, CAP)
    .flatMap(({ plan, state, failure, endedAt }) => {
      const isOver =
        state === 'succeeded' || state === 'failed' || state === 'unknown' || state === 'cancelled';
      if (!isOver || endedAt === null || !isSameCluster(plan, diagnosis)) return [];
      const ago = Date.now() - endedAt;
      return [{ action: plan.action, target: plan.target, state, failure, endedAt: wall() - ago }];
    });
}
