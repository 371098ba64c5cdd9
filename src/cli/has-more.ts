import type { Run } from '../runs/run.ts';

/** Steps that take back what the first one did run in any case: waiting for them alone would not stop anything. */
export function hasMore(run: Run | null): boolean {
  return run?.plan.steps.slice(run.step + 1).some(step => step.always !== true) ?? false;
}
