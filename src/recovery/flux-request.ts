import { type ObjectRef, refText } from '../cluster/object-ref.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import type { Bench } from './action.ts';
import { kubectl, patchStep } from './api-step.ts';
import { isSuspended } from './flux-objects.ts';
import { controllerAlive } from './flux-owner.ts';
import { passed, stop } from './guard.ts';
import { clusterGuards } from './guards.ts';
import { layerHealthy, makePlan, objectSound } from './make-plan.ts';
import type { Guard, Plan, Step } from './plan.ts';
import { startTime } from './stamp.ts';

/** Which controller answers for a kind. */
const controllers: Readonly<Record<string, string>> = {
  FluxInstance: 'flux-operator',
  Kustomization: 'kustomize-controller',
  HelmRelease: 'helm-controller',
};

/** As the flux command names them. FluxInstances are the operator's: the flux command does not know them. */
const words: Readonly<Record<string, readonly Safe[]>> = {
  Kustomization: [say`kustomization`],
  HelmRelease: [say`helmrelease`],
  GitRepository: [say`source`, say`git`],
  OCIRepository: [say`source`, say`oci`],
  HelmRepository: [say`source`, say`helm`],
  HelmChart: [say`source`, say`chart`],
  Bucket: [say`source`, say`bucket`],
};

/** A request to reconcile one object now; as a reset it also forces one upgrade and forgets earlier failures. */
export function reconcilePlan(
  action: 'reconcile' | 'reset-helmrelease',
  object: ObjectRef,
  bench: Bench,
): Plan {
  const reset = action === 'reset-helmrelease';
  const layer = object.kind === 'FluxInstance' ? 'flux' : 'apps';
  return makePlan(bench, {
    action,
    target: refText(object),
    title: reset ? say`Reset and force ${refText(object)}` : say`Reconcile ${refText(object)}`,
    danger: reset ? 2 : 1,
    word: object.name,
    steps: [step(object, reset, bench)],
    effect: reset
      ? say`one upgrade even without a change, with the failure counters set back`
      : say`Flux fetches and applies what Git says now`,
    takes: say`10 s to 5 min`,
    expectedMs: 60_000,
    // An operator that acts on the request is done within a minute; for one that does not, the next remedy waits.
    success: layer === 'flux' ? layerHealthy(bench, 'flux', 2 * 60_000, 15_000) : objectSound(layer, object),
    guards: [
      ...clusterGuards(layer, bench),
      ...controllerGuards(object, bench),
      ...suspendedGuards(object, bench),
    ],
  });
}

/** The flux command waits and says why it failed; without it the annotation that it sets is set directly. */
function step(object: ObjectRef, reset: boolean, bench: Bench): Step {
  const flux = bench.workshop.tools.flux;
  const title = reset ? say`reset and force ${object.name}` : say`reconcile ${object.name}`;
  const word = words[object.kind];
  if (flux === undefined || word === undefined) return annotate(object, reset, title, bench);
  const withSource = object.kind === 'Kustomization' || object.kind === 'HelmRelease';
  return {
    kind: 'tool',
    title,
    tool: 'flux',
    path: flux.path,
    args: [
      say`--context`,
      bench.diagnosis.cluster.context,
      say`--namespace`,
      object.namespace ?? bench.snapshot.fluxNamespace,
      say`reconcile`,
      ...word,
      object.name,
      ...(withSource ? [say`--with-source`] : []),
      ...(reset ? [say`--reset`, say`--force`] : []),
      say`--timeout`,
      say`5m`,
    ],
    cwd: bench.workshop.repository?.root ?? '/',
    env: {},
    deadlineMs: 6 * 60_000,
  };
}

/** Asks for one reconciliation without waiting for it. */
export function annotateStep(object: ObjectRef, title: Safe, bench: Bench): Step {
  return annotate(object, false, title, bench);
}

/** Reset and force count only when they carry the same token as the request. */
function annotate(object: ObjectRef, reset: boolean, title: Safe, bench: Bench): Step {
  const names = reset ? ['requestedAt', 'resetAt', 'forceAt'] : ['requestedAt'];
  const annotations = Object.fromEntries(names.map(name => [`reconcile.fluxcd.io/${name}`, startTime]));
  const resource = field(object.kind.toLowerCase());
  const marks = Object.entries(annotations).map(([key, value]) => field(`${key}=${value}`));
  return patchStep(bench, object, {
    title,
    body: { metadata: { annotations } },
    command: kubectl(
      bench,
      object,
      say`annotate`,
      say`--overwrite`,
      say`${resource}/${object.name}`,
      ...marks,
    ),
  });
}

function controllerGuards(object: ObjectRef, bench: Bench): readonly Guard[] {
  const name = field(controllers[object.kind] ?? 'source-controller');
  return controllerAlive(bench, name)
    ? [passed(say`${name} is available`)]
    : [stop(say`${name} is not available: nobody would act on the request`)];
}

/** A suspended object ignores every request; somebody meant that. */
function suspendedGuards(object: ObjectRef, bench: Bench): readonly Guard[] {
  return isSuspended(object, bench) ? [stop(say`${refText(object)} is suspended: resume it first`)] : [];
}
