import type { Root } from '../diagnosis/diagnosis.ts';
import { layerIds } from '../layers/layer.ts';
import { join, say } from '../text/safe.ts';
import type { Bench } from './action.ts';
import { typedWordFor } from './danger.ts';
import type { Danger, Guard, Plan, Remedy } from './plan.ts';

/**
 * One plan for several independent causes: the best remedy of each, from the ground up, the next one only when the layer
 * of the one before is seen healthy. Null when there is nothing to join. `best` gives the remedy of a cause.
 */
export function joinRecovery(bench: Bench, best: (root: Root, bench: Bench) => Remedy | null): Plan | null {
  const { root, otherRoots } = bench.diagnosis;
  const roots = [...(root === null ? [] : [root]), ...otherRoots].toSorted(
    (a, b) => layerIds.indexOf(a.layer) - layerIds.indexOf(b.layer),
  );
  const plans = distinct(
    roots.flatMap(one => {
      const remedy = best(one, bench);
      return remedy === null || remedy.plan.steps.length === 0 ? [] : [remedy.plan];
    }),
  );
  const last = plans.at(-1);
  const first = plans[0];
  if (first === undefined || last === undefined || plans.length < 2) return null;
  const danger = Math.max(...plans.map(plan => plan.danger)) as Danger;
  return {
    ...last,
    action: 'recover',
    target: null,
    title: say`Repair ${plans.length} causes from the ground up`,
    danger,
    typedWord: typedWordFor(danger, bench.diagnosis.cluster.context),
    steps: plans.flatMap((plan, i) =>
      plan.steps.map((step, j) =>
        i < plans.length - 1 && j === plan.steps.length - 1 ? { ...step, gate: plan.success } : step,
      ),
    ),
    effect: join(
      plans.map(plan => plan.title),
      '; then ',
    ),
    takes: say`up to ${Math.ceil(plans.reduce((sum, plan) => sum + plan.expectedMs, 0) / 60_000)} min`,
    expectedMs: plans.reduce((sum, plan) => sum + plan.expectedMs, 0),
    guards: guardsOf(first, plans.slice(1)),
    needs: plans.flatMap(plan => plan.needs ?? []),
  };
}

/** Of the later plans, what only says that the ground is broken does not count: the gates see to that. */
function guardsOf(first: Plan, later: readonly Plan[]): readonly Guard[] {
  const own = later.flatMap(plan => plan.guards.filter(guard => guard.about !== 'ground'));
  const all = [...first.guards, ...own];
  return all.filter((guard, i) => all.findIndex(one => one.text === guard.text) === i);
}

function distinct(plans: readonly Plan[]): readonly Plan[] {
  const id = (plan: Plan) => `${plan.action} ${plan.target}`;
  return plans.filter((plan, i) => plans.findIndex(one => id(one) === id(plan)) === i);
}
