import { say } from '../../text/safe.ts';
import type { Action, Bench } from '../action.ts';
import { withFluxAside } from '../flux-suspend.ts';
import { passed, stop, warn } from '../guard.ts';
import { clusterGuards, repositoryGuards, toolGuards } from '../guards.ts';
import { layerHealthy, makePlan } from '../make-plan.ts';
import type { Guard, Step, Workshop } from '../plan.ts';
import { releaseGuards } from '../release-guards.ts';
import { releaseFor, releasesOf } from '../releases.ts';

/** The repository's own task: namespaces, secrets, definitions and all releases. For a cluster that lost nearly everything. */
export const bootstrap: Action = {
  id: 'bootstrap',
  key: 'B',
  title: say`run the repository's bootstrap`,
  targets: bench => (bench.workshop.repository?.taskfile ? [null] : []),
  treats: (fault, bench) => {
    const worthwhile = fault.problem === 'missing' && (fault.layer === 'cni' || fault.layer === 'flux');
    const known = worthwhile && releaseFor(fault, bench) !== null;
    return known && bench.workshop.repository?.taskfile ? [{ target: null, rank: 90 }] : [];
  },
  plan: (_, bench) => {
    const { repository } = bench.workshop;
    if (repository === null || repository.taskfile === null) return null;
    const releases = releasesOf(bench);
    return makePlan(bench, {
      action: 'bootstrap',
      target: null,
      title: say`Run the repository's task bootstrap:apps`,
      danger: 3,
      word: bench.diagnosis.cluster.context,
      steps: withFluxAside(releases, [taskStep(repository, bench)], bench),
      effect: say`applies namespaces, secrets and definitions, then syncs every release`,
      takes: say`5-15 min`,
      expectedMs: 8 * 60_000,
      success: layerHealthy(bench, 'flux', 10 * 60_000),
      guards: [
        ...repositoryGuards(bench),
        ...toolGuards(['task', 'helmfile', 'helm', 'kubectl'], bench),
        ...clusterGuards('nodes', bench),
        ...nodeGuards(bench),
        ...releases.flatMap(release => releaseGuards(release, bench)),
        warn(say`what the task does is the repository's business: read it first`),
      ],
    });
  },
};

function taskStep({ root, env }: NonNullable<Workshop['repository']>, { workshop }: Bench): Step {
  const { task } = workshop.tools;
  return {
    kind: 'tool',
    title: say`task bootstrap:apps`,
    tool: 'task',
    ...(task === undefined ? {} : { path: task.path }),
    args: [say`--exit-code`, say`bootstrap:apps`],
    cwd: root,
    env,
    deadlineMs: 30 * 60_000,
  };
}

/** Such tasks wait until all nodes are NotReady or all are Ready; with some of each they wait for ever. */
function nodeGuards(bench: Bench): readonly Guard[] {
  const states = [...bench.snapshot.streams.nodes.items.values()].map(
    node => node.status?.conditions?.find(one => one.type === 'Ready')?.status ?? say`Unknown`,
  );
  const distinct = new Set(states);
  if (distinct.size > 1 || distinct.has(say`Unknown`))
    return [stop(say`some nodes are Ready and some are not: the task would wait for ever`)];
  return [passed(say`all ${states.length} nodes are in the same state`)];
}
