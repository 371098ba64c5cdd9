import { type ObjectRef, refText } from '../cluster/object-ref.ts';
import { field } from '../text/field.ts';
import { say } from '../text/safe.ts';
import type { Bench } from './action.ts';
import { kubectl, patchStep } from './api-step.ts';
import { clusterGuards } from './guards.ts';
import { layerHealthy, makePlan, objectSound } from './make-plan.ts';
import type { Plan } from './plan.ts';

/** Turns the switch. What Flux is doing at this moment is not interrupted. */
export function suspendPlan(action: 'suspend' | 'resume', object: ObjectRef, bench: Bench): Plan {
  const suspended = action === 'suspend';
  const patch = JSON.stringify({ spec: { suspend: suspended } });
  const word = field(`${object.kind.toLowerCase()}/${object.name}`);
  return makePlan(bench, {
    action,
    target: refText(object),
    title: suspended ? say`Suspend ${refText(object)}` : say`Resume ${refText(object)}`,
    danger: suspended ? 2 : 1,
    word: object.name,
    steps: [
      patchStep(bench, object, {
        title: suspended ? say`suspend ${object.name}` : say`resume ${object.name}`,
        body: { spec: { suspend: suspended } },
        command: kubectl(bench, object, say`patch`, word, say`--type=merge`, say`--patch`, field(patch)),
      }),
    ],
    effect: suspended
      ? say`Flux leaves it alone until it is resumed; drift and deletions stay as they are`
      : say`Flux applies what Git says now, and undoes what was changed by hand meanwhile`,
    takes: say`1 s`,
    expectedMs: 5_000,
    success: suspended ? layerHealthy(bench, 'flux', 5 * 60_000, 15_000) : objectSound('apps', object),
    guards: clusterGuards(suspended ? 'nodes' : 'apps', bench),
  });
}
