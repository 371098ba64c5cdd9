import type { Problem } from '../../layers/problems.ts';
import { say } from '../../text/safe.ts';
import type { Action, Bench, Fault } from '../action.ts';
import { controllerAlive } from '../flux-owner.ts';
import { withFluxAside } from '../flux-suspend.ts';
import { syncStep } from '../helmfile-step.ts';
import { layerHealthy, makePlan } from '../make-plan.ts';
import type { Release } from '../releases.ts';
import { chartName, releasesOf } from '../releases.ts';
import { syncGuards } from './sync-release.ts';

/** Flux from nothing: its operator first, then the instance that the operator installs. */
export const installFlux: Action = {
  id: 'install-flux',
  key: 'I',
  title: say`restore Flux`,
  targets: bench => (parts(bench).length === 2 ? [null] : []),
  treats: (fault, bench) =>
    isFluxGone(fault) && parts(bench).length === 2 ? [{ target: null, rank: rank(fault, bench) }] : [],
  plan: (_, bench) => {
    const releases = parts(bench);
    return releases.length < 2
      ? null
      : makePlan(bench, {
          action: 'install-flux',
          target: null,
          title: say`Restore Flux: operator, then instance`,
          danger: 2,
          word: bench.diagnosis.cluster.context,
          steps: withFluxAside(
            releases,
            releases.map(release => syncStep(bench, release, 15 * 60_000)),
            bench,
          ),
          effect: say`installs the Flux operator and tells it which Flux to run; applications are left as they are`,
          takes: say`1-4 min`,
          expectedMs: 120_000,
          success: layerHealthy(bench, 'flux', 8 * 60_000),
          guards: syncGuards(releases, 'flux', bench),
        });
  },
};

const gone: ReadonlySet<Problem> = new Set<Problem>([
  'missing',
  'instance-missing',
  'scaled-to-zero',
  'not-ready',
]);

function isFluxGone(fault: Fault): boolean {
  return fault.layer === 'flux' && gone.has(fault.problem);
}

/** The operator itself gone: both are needed. Else the instance alone is the smaller step. */
function rank(fault: Fault, bench: Bench): number {
  return fault.object?.name === 'flux-operator' || !controllerAlive(bench, 'flux-operator') ? 5 : 32;
}

function parts(bench: Bench): readonly Release[] {
  return ['flux-operator', 'flux-instance'].flatMap(
    chart => releasesOf(bench).find(release => chartName(release) === chart) ?? [],
  );
}
