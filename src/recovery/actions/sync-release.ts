import { type LayerId, layerIds } from '../../layers/layer.ts';
import type { Problem } from '../../layers/problems.ts';
import { say } from '../../text/safe.ts';
import type { Action, Bench } from '../action.ts';
import { dangerOf } from '../danger.ts';
import { fluxOwner } from '../flux-owner.ts';
import { withFluxAside } from '../flux-suspend.ts';
import { stop } from '../guard.ts';
import { clusterGuards, hookGuards, repositoryGuards, toolGuards } from '../guards.ts';
import { syncStep } from '../helmfile-step.ts';
import { layerHealthy, makePlan } from '../make-plan.ts';
import type { Guard, Plan } from '../plan.ts';
import { isDowngrade, releaseGuards } from '../release-guards.ts';
import { layerOf, type Release, releaseFor, releaseNamed, releaseNames } from '../releases.ts';

/** What a sync mends: it puts back whatever is missing or was changed by hand. Smaller is better. */
const ranks: Partial<Record<Problem, number>> = {
  missing: 10,
  'agent-missing': 10,
  'instance-missing': 12,
  'release-failed': 10,
  'scaled-to-zero': 20,
  'wrong-selector': 10,
  'wrong-ports': 10,
  'wrong-address': 15,
  'waits-for-cni': 20,
  'sandbox-failed': 20,
  'no-endpoints': 30,
  crashing: 15,
  'image-pull': 30,
  'rollout-stuck': 25,
  'agent-not-ready': 30,
  'not-ready': 30,
  stuck: 30,
  'instance-failed': 30,
  drift: 20,
};

const FLUX_COMES_FIRST = 30;

/** `helmfile sync` of one release: the one command that brings missing objects back although Helm believes they are there. */
export const syncRelease: Action = {
  id: 'sync-release',
  key: 'S',
  title: say`sync a release`,
  targets: releaseNames,
  treats: (fault, bench) => {
    const rank = ranks[fault.problem];
    const release = rank === undefined || fault.layer === 'apps' ? null : releaseFor(fault, bench);
    if (rank === undefined || release === null) return [];
    return [{ target: release.name, rank: rank + (livesUnderFlux(release, bench) ? FLUX_COMES_FIRST : 0) }];
  },
  plan: (target, bench) => {
    const release = target === null ? null : releaseNamed(bench, target);
    return release === null ? null : syncPlan(release, bench);
  },
};

/** Flux that works owns the release: then Flux shall repair it, or both upgrade against each other. It needs all below it. */
export function livesUnderFlux(release: Release, bench: Bench): boolean {
  const owner = fluxOwner(bench, release.name, release.namespace);
  const upToFlux = bench.diagnosis.layers.slice(0, layerIds.indexOf('flux') + 1);
  const stands = upToFlux.every(({ verdict }) => verdict !== 'down' && verdict !== 'blocked');
  return owner?.alive === true && !owner.suspended && stands && upToFlux.at(-1)?.verdict === 'healthy';
}

/** All that must hold before helmfile may touch these releases. */
export function syncGuards(releases: readonly Release[], layer: LayerId, bench: Bench): readonly Guard[] {
  return [
    ...repositoryGuards(bench),
    ...toolGuards(['helmfile', 'helm'], bench),
    ...clusterGuards(layer, bench),
    ...hookGuards(bench),
    ...releases.flatMap(release => releaseGuards(release, bench)),
    ...(releases.length === 0 ? [stop(say`the releases of the helmfile could not be read`)] : []),
  ];
}

/** Where a release outside of the chain is verified: it runs as an application does. */
const BESIDE: LayerId = 'service-discovery';

/** CoreDNS's chart brings the Service too: pods that run prove only half of it. */
export function provedAt(release: Release): LayerId {
  const layer = layerOf(release) ?? BESIDE;
  return layer === 'dns' ? 'service-discovery' : layer;
}

function syncPlan(release: Release, bench: Bench): Plan {
  const layer = layerOf(release) ?? BESIDE;
  const downgrade = isDowngrade(release, bench);
  const danger = downgrade ? 3 : dangerOf(layer, 2);
  const cni = layer === 'cni';
  return makePlan(bench, {
    action: 'sync-release',
    target: release.name,
    title: say`Sync release ${release.name} (${release.namespace})`,
    danger,
    word: release.name,
    steps: withFluxAside([release], [syncStep(bench, release, 15 * 60_000)], bench),
    effect: cni
      ? say`creates missing objects of ${release.name} again and restarts changed agents; this can interrupt the network of every pod`
      : say`creates missing objects of ${release.name} again and undoes changes made by hand`,
    takes: cni ? say`1-4 min; nodes turn Ready about 30 s after the agents` : say`up to 2 min`,
    expectedMs: cni ? 150_000 : 60_000,
    success: layerHealthy(bench, provedAt(release)),
    guards: syncGuards([release], layer, bench),
  });
}
