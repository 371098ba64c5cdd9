import { refText } from '../../cluster/object-ref.ts';
import { field } from '../../text/field.ts';
import { say } from '../../text/safe.ts';
import type { Action, Bench, Fault } from '../action.ts';
import { deleteStep, kubectl } from '../api-step.ts';
import { fluxOwner } from '../flux-owner.ts';
import { passed, stop, warn } from '../guard.ts';
import { clusterGuards, repositoryGuards, toolGuards } from '../guards.ts';
import { syncStep } from '../helmfile-step.ts';
import { layerHealthy, makePlan } from '../make-plan.ts';
import type { Guard, Plan } from '../plan.ts';
import { LOCK_PATIENCE_MS } from '../release-guards.ts';
import {
  type HelmState,
  helmState,
  layerOf,
  type Release,
  releaseFor,
  releaseNamed,
  releasesOf,
} from '../releases.ts';

/** Takes away the record of an operation that a dead client left unfinished, then syncs: Helm refuses everything else before. */
export const clearHelmLock: Action = {
  id: 'clear-helm-lock',
  key: null,
  title: say`clear a Helm lock`,
  targets: bench => releasesOf(bench).flatMap(one => (lockOf(one, bench) === null ? [] : [one.name])),
  treats: (fault, bench) => {
    const told = fault.problem === 'release-pending' ? toldRelease(fault, bench) : null;
    const release = told ?? (fault.layer === 'apps' ? null : releaseFor(fault, bench));
    if (release === null || lockOf(release, bench) === null) return [];
    return [{ target: release.name, rank: 9 }];
  },
  plan: (target, bench) => {
    const release = target === null ? null : releaseNamed(bench, target);
    const lock = release === null ? null : lockOf(release, bench);
    return release === null || lock === null ? null : plan(release, lock, bench);
  },
};

/** The finding may be about the release, or about the Secret that holds its newest revision. */
function toldRelease({ object }: Fault, bench: Bench): Release | null {
  const name = object?.name ?? '';
  const stored = /^sh\.helm\.release\.v1\.(.{1,53})\.v\d{1,9}$/.exec(name);
  return releaseNamed(bench, stored?.[1] ?? name);
}

function lockOf(release: Release, bench: Bench): HelmState | null {
  const state = helmState(bench, release.name, release.namespace);
  return state?.status.startsWith('pending-') ? state : null;
}

function plan(release: Release, lock: HelmState, bench: Bench): Plan {
  const layer = layerOf(release) ?? 'service-discovery';
  const object = {
    kind: say`Secret`,
    namespace: release.namespace,
    name: field(`sh.helm.release.v1.${release.name}.v${lock.revision}`),
  };
  const known = bench.snapshot.streams['helm-releases'].items.get(`${object.namespace}/${object.name}`);
  return makePlan(bench, {
    action: 'clear-helm-lock',
    target: release.name,
    title: say`Clear the Helm lock of ${release.name} and sync it`,
    danger: 3,
    word: release.name,
    steps: [
      deleteStep(bench, object, {
        title: say`delete the record of revision ${lock.revision}`,
        command: kubectl(bench, object, say`delete`, say`secret`, object.name),
        ...(known?.metadata.uid === undefined ? {} : { uid: known.metadata.uid }),
      }),
      syncStep(bench, release.name, 15 * 60_000),
    ],
    effect: say`removes ${refText(object)}, the record of the unfinished ${field(lock.status)}; earlier revisions stay`,
    takes: say`1-4 min`,
    expectedMs: 120_000,
    success: layerHealthy(bench, layer),
    guards: [
      ...repositoryGuards(bench),
      ...toolGuards(['helmfile', 'helm'], bench),
      ...clusterGuards(layer, bench),
      ...ageGuards(lock, bench),
      ...ownerGuards(release, bench),
    ],
  });
}

/** Nothing tells a slow client from a dead one but time. */
function ageGuards(lock: HelmState, bench: Bench): readonly Guard[] {
  const age = lock.changedAt === null ? null : bench.snapshot.now - lock.changedAt;
  if (age === null) return [warn(say`nobody knows how old the lock is: make sure that no helm runs`)];
  const left = Math.ceil((LOCK_PATIENCE_MS - age) / 60_000);
  return left > 0
    ? [stop(say`the operation may still run: wait ${left} min more`)]
    : [passed(say`the lock is ${Math.floor(age / 60_000)} min old: no operation lasts so long`)];
}

function ownerGuards(release: Release, bench: Bench): readonly Guard[] {
  const owner = fluxOwner(bench, release.name, release.namespace);
  return owner?.alive && !owner.suspended
    ? [stop(say`Flux owns ${release.name} and is alive: it clears the lock by itself`)]
    : [];
}
