import { field } from '../../text/field.ts';
import { type Safe, say } from '../../text/safe.ts';
import type { Action, Bench } from '../action.ts';
import { warn } from '../guard.ts';
import { clusterGuards, repositoryGuards, toolGuards } from '../guards.ts';
import { makePlan, objectSound } from '../make-plan.ts';
import type { Plan, Step } from '../plan.ts';
import { failedLately, failureId } from '../tried.ts';

const DEFINITIONS = say`crds.yaml`;
const KIND = say`CustomResourceDefinition`;
/** Texts that say that a kind is not known to the cluster. */
const unknownKind: readonly (string | null)[] = ['S59', 'S81'];

/** Definitions before everything that uses them, from the helmfile that a repository keeps for them. Never synced: only its definitions are applied. */
export const applyCrds: Action = {
  id: 'apply-crds',
  key: null,
  title: say`apply the definitions first`,
  targets: bench => (bench.workshop.repository?.crds === undefined ? [] : [null]),
  treats: (fault, bench) => {
    if (bench.workshop.repository?.crds === undefined || fault.layer === 'apps') return [];
    const failed = failedLately(bench).some(one => unknownKind.includes(failureId(one)));
    return failed ? [{ target: null, rank: 2 }] : [];
  },
  plan: (_, bench) => {
    const file = bench.workshop.repository?.crds;
    return file === undefined ? null : plan(file, bench);
  },
};

function plan(file: Safe, bench: Bench): Plan {
  return makePlan(bench, {
    action: 'apply-crds',
    target: null,
    title: say`Apply the definitions of ${file}`,
    danger: 1,
    word: bench.diagnosis.cluster.context,
    steps: steps(file, bench),
    effect: say`creates or updates CustomResourceDefinitions; nothing else that the charts hold is applied`,
    takes: say`20-60 s`,
    expectedMs: 40_000,
    success: objectSound('api', { kind: KIND, namespace: null, name: file }),
    guards: [
      ...repositoryGuards(bench),
      ...toolGuards(['helmfile', 'helm', 'kubectl'], bench),
      ...clusterGuards('api', bench),
      warn(say`fields of definitions that other tools set are taken over`),
    ],
  });
}

function steps(file: Safe, bench: Bench): readonly Step[] {
  const { repository, tools } = bench.workshop;
  const context = [say`--context`, bench.diagnosis.cluster.context];
  const kubectl = (title: Safe, deadlineMs: number, args: readonly Safe[]): Step => ({
    kind: 'tool',
    title,
    tool: 'kubectl',
    ...(tools.kubectl === undefined ? {} : { path: tools.kubectl.path }),
    args: [...context, ...args],
    cwd: '/',
    env: {},
    deadlineMs,
    inRunFolder: true,
  });
  const words = (line: string): readonly Safe[] => line.split(' ').map(word => field(word));
  return [
    {
      kind: 'tool',
      title: say`render the definitions`,
      tool: 'helmfile',
      ...(tools.helmfile === undefined ? {} : { path: tools.helmfile.path }),
      args: [
        say`--file`,
        file,
        say`--kube-context`,
        bench.diagnosis.cluster.context,
        ...words('--quiet template --include-crds'),
      ],
      cwd: repository?.root ?? '.',
      env: repository?.env ?? {},
      deadlineMs: 180_000,
      output: { file: DEFINITIONS, onlyKind: KIND },
    },
    kubectl(say`apply them`, 120_000, [
      ...words('apply --server-side --force-conflicts --filename'),
      DEFINITIONS,
    ]),
    kubectl(
      say`wait until they are served`,
      90_000,
      words('wait --for=condition=Established --timeout=60s customresourcedefinitions --all'),
    ),
  ];
}
