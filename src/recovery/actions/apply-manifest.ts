import { field } from '../../text/field.ts';
import { type Safe, say } from '../../text/safe.ts';
import type { Action, Bench } from '../action.ts';
import { passed, stop, warn } from '../guard.ts';
import { clusterGuards, namespaceGuards, toolGuards } from '../guards.ts';
import { layerHealthy, makePlan } from '../make-plan.ts';
import type { Guard, Plan, Step } from '../plan.ts';
import { type HelmState, helmState } from '../releases.ts';

const RELEASE = say`flux-instance`;
const DEFINITION = 'fluxinstances.fluxcd.controlplane.io';
const MANIFEST = say`manifest.yaml`;

/**
 * Puts the FluxInstance back from what Helm stored of its release: the way without a repository. Through a file and not
 * through a pipe, where half a manifest would be applied when helm fails.
 */
export const applyManifest: Action = {
  id: 'apply-manifest',
  key: null,
  title: say`apply the stored manifest of the FluxInstance`,
  targets: bench => (stored(bench) === null ? [] : [RELEASE]),
  treats: (fault, bench) =>
    fault.problem === 'instance-missing' && stored(bench) !== null ? [{ target: RELEASE, rank: 40 }] : [],
  plan: (_, bench) => {
    const state = stored(bench);
    return state === null ? null : plan(state, bench);
  },
};

function stored(bench: Bench): HelmState | null {
  return helmState(bench, RELEASE, bench.snapshot.fluxNamespace);
}

function plan(state: HelmState, bench: Bench): Plan {
  const namespace = bench.snapshot.fluxNamespace;
  return makePlan(bench, {
    action: 'apply-manifest',
    target: RELEASE,
    title: say`Apply the stored manifest of ${RELEASE} (revision ${state.revision})`,
    danger: 2,
    word: RELEASE,
    steps: manifestSteps(namespace, bench),
    effect: say`creates the FluxInstance as Helm stored it, which may be older than Git; hooks are not run`,
    takes: say`10 s, then 1-2 min until Flux runs`,
    expectedMs: 60_000,
    success: layerHealthy(bench, 'flux', 8 * 60_000),
    guards: [
      ...toolGuards(['helm', 'kubectl'], bench),
      ...clusterGuards('flux', bench),
      ...namespaceGuards(namespace, bench),
      ...storedGuards(state, bench),
    ],
  });
}

function manifestSteps(namespace: Safe, bench: Bench): readonly Step[] {
  const { helm, kubectl } = bench.workshop.tools;
  const { context } = bench.diagnosis.cluster;
  return [
    {
      kind: 'tool',
      title: say`read the stored manifest`,
      tool: 'helm',
      ...(helm === undefined ? {} : { path: helm.path }),
      args: [say`--kube-context`, context, say`--namespace`, namespace, say`get`, say`manifest`, RELEASE],
      cwd: '/',
      env: {},
      deadlineMs: 60_000,
      output: { file: MANIFEST },
    },
    {
      kind: 'tool',
      title: say`apply it`,
      tool: 'kubectl',
      ...(kubectl === undefined ? {} : { path: kubectl.path }),
      // Objects without a namespace would land in `default`.
      args: [
        say`--context`,
        context,
        say`--namespace`,
        namespace,
        say`apply`,
        say`--server-side`,
        say`--field-manager=helm`,
        say`--filename`,
        MANIFEST,
      ],
      cwd: '/',
      env: {},
      deadlineMs: 60_000,
      inRunFolder: true,
    },
  ];
}

function storedGuards({ status, revision }: HelmState, bench: Bench): readonly Guard[] {
  const { crds } = bench.snapshot.streams;
  const undefinedKind = crds.freshness.state === 'live' && !crds.items.has(DEFINITION);
  return [
    ...(undefinedKind
      ? [
          stop(
            say`the cluster does not know FluxInstances: sync flux-operator first, which brings the definition`,
          ),
        ]
      : []),
    status === 'deployed'
      ? passed(say`revision ${revision} of ${RELEASE} is deployed`)
      : warn(say`revision ${revision} of ${RELEASE} is ${field(status)}: its manifest may be half of one`),
  ];
}
