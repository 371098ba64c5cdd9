import { say } from '../../text/safe.ts';
import type { Action } from '../action.ts';
import { withFluxAside } from '../flux-suspend.ts';
import { syncStep } from '../helmfile-step.ts';
import { layerHealthy, makePlan } from '../make-plan.ts';
import { isDowngrade } from '../release-guards.ts';
import { layerOf, releaseFor, releasesOf } from '../releases.ts';
import { syncGuards } from './sync-release.ts';

/** Everything in the helmfile, in the order of its `needs`: for a cluster that lost more than one thing. */
export const syncAll: Action = {
  id: 'sync-all',
  key: 'A',
  title: say`sync all releases`,
  targets: bench => (releasesOf(bench).length > 0 ? [null] : []),
  treats: (fault, bench) => {
    if (fault.problem !== 'missing' || fault.layer === 'apps' || releasesOf(bench).length < 2) return [];
    return releaseFor(fault, bench) === null ? [] : [{ target: null, rank: 80 }];
  },
  plan: (_, bench) => {
    const releases = releasesOf(bench);
    const dangerous = releases.some(one => layerOf(one) === 'cni' || isDowngrade(one, bench));
    return makePlan(bench, {
      action: 'sync-all',
      target: null,
      title: say`Sync all ${releases.length} releases in their order`,
      danger: dangerous ? 3 : 2,
      word: bench.diagnosis.cluster.context,
      steps: withFluxAside(releases, [syncStep(bench, null, 30 * 60_000)], bench),
      effect: say`creates missing objects of every release again; stops at the first that fails`,
      takes: say`4-12 min`,
      expectedMs: 6 * 60_000,
      success: layerHealthy(bench, 'flux', 10 * 60_000),
      guards: syncGuards(releases, 'cni', bench),
    });
  },
};
