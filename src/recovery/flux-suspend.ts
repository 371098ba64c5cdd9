import { type ObjectRef, refText } from '../cluster/object-ref.ts';
import { field } from '../text/field.ts';
import { say } from '../text/safe.ts';
import type { Bench } from './action.ts';
import { type ApiStep, kubectl, patchStep } from './api-step.ts';
import { suspendedByUs, suspendedMark } from './flux-objects.ts';
import { fluxOwner } from './flux-owner.ts';
import { clusterGuards } from './guards.ts';
import { layerHealthy, makePlan, objectSound } from './make-plan.ts';
import type { Plan, Step } from './plan.ts';
import type { Release } from './releases.ts';
import { startTime } from './stamp.ts';

/** Turns the switch. What Flux is doing at this moment is not interrupted. */
export function suspendPlan(action: 'suspend' | 'resume', object: ObjectRef, bench: Bench): Plan {
  const suspended = action === 'suspend';
  const isOurs = suspendedByUs(bench).some(one => refText(one) === refText(object));
  return makePlan(bench, {
    action,
    target: refText(object),
    title: suspended ? say`Suspend ${refText(object)}` : say`Resume ${refText(object)}`,
    danger: suspended ? 2 : 1,
    word: object.name,
    steps: [switchStep(object, { suspend: suspended, ...(isOurs ? { mark: null } : {}) }, bench)],
    effect: suspended
      ? say`Flux leaves it alone until it is resumed; drift and deletions stay as they are`
      : isOurs
        ? say`a plan of groundup suspended it and did not get to resume it; Flux applies what Git says now`
        : say`Flux applies what Git says now, and undoes what was changed by hand meanwhile`,
    takes: say`1 s`,
    expectedMs: 5_000,
    success: suspended ? layerHealthy(bench, 'flux', 5 * 60_000, 15_000) : objectSound('apps', object),
    guards: clusterGuards(suspended ? 'nodes' : 'apps', bench),
  });
}

/**
 * Keeps Flux away while Helm works on releases that it owns too: suspends those HelmReleases first and resumes them at
 * the end, also after a failure. Nothing is added where Flux is down or suspended already.
 */
export function withFluxAside(
  releases: readonly Release[],
  steps: readonly Step[],
  bench: Bench,
): readonly Step[] {
  const owners = releases.flatMap(release => {
    const owner = fluxOwner(bench, release.name, release.namespace);
    return owner?.alive && !owner.suspended ? [owner.object] : [];
  });
  return [
    ...owners.map(object => switchStep(object, { suspend: true, mark: startTime }, bench)),
    ...steps,
    ...owners.map(object => ({
      ...switchStep(object, { suspend: false, mark: null }, bench),
      always: true as const,
    })),
  ];
}

function switchStep(
  object: ObjectRef,
  { suspend, mark }: { readonly suspend: boolean; readonly mark?: string | null },
  bench: Bench,
): ApiStep {
  const body = {
    ...(mark === undefined ? {} : { metadata: { annotations: { [suspendedMark]: mark } } }),
    spec: { suspend },
  };
  const word = field(`${object.kind.toLowerCase()}/${object.name}`);
  return patchStep(bench, object, {
    title: suspend ? say`suspend ${object.name}` : say`resume ${object.name}`,
    body,
    command: kubectl(
      bench,
      object,
      say`patch`,
      word,
      say`--type=merge`,
      say`--patch`,
      field(JSON.stringify(body)),
    ),
  });
}
