import type { DaemonSet, Pod } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { match } from '../signatures/match.ts';
import { type Safe, say } from '../text/safe.ts';
import { NAMED, someNames } from '../text/some-names.ts';
import { finding, ref } from './judgement.ts';
import type { Finding } from './layer.ts';
import { loggedFailures } from './log-lines.ts';
import { memo } from './memo.ts';
import { type NodeState, nodeStateList } from './node-state.ts';
import { podTrouble } from './pod-trouble.ts';
import { isPodReady, podsMatching, saysReady } from './pods.ts';

/** The agents seen from the nodes: who has one that works. */
export interface Agents {
  readonly ready: number;
  /** Nodes that should have an agent. */
  readonly wanted: number;
  readonly findings: readonly Finding[];
  /** Agents that are being started or replaced. */
  readonly starting: number;
}

/**
 * Joins agents to nodes. The DaemonSet's own counts are not asked whether they are well, only how many nodes it means:
 * it may leave out nodes on purpose. Agents on silent nodes are charged to the nodes.
 */
export function judgeAgents(snapshot: Snapshot, daemonSet: DaemonSet): Agents {
  const { metadata, spec, status } = daemonSet;
  const pods = podsMatching(snapshot, metadata.namespace ?? '', spec?.selector?.matchLabels);
  const byNode = podsByNode(pods);
  const states = nodeStateList(snapshot);
  const desired = status?.desiredNumberScheduled ?? 0;
  const bare = states.filter(state => (byNode.get(state.name) ?? []).length === 0);
  const spared = Math.max(0, states.length - Math.max(desired, byNode.size));
  const isSpared = desired > 0 && bare.length <= spared && !bare.some(state => state.waitsForCni);
  const missing = isSpared ? [] : bare;
  const silent = states.filter(state => !state.alive && byNode.get(state.name)?.every(saysReady) === true);
  const isCrowd = silent.length > NAMED;
  const crowd = new Set(isCrowd ? silent : []);
  const found = states.flatMap(state =>
    crowd.has(state)
      ? []
      : (byNode.get(state.name)?.flatMap(pod => agentFinding(snapshot, daemonSet, state, pod)) ?? []),
  );
  const unplaced = pods.filter(pod => pod.spec?.nodeName === undefined);
  const working = states.filter(state =>
    (byNode.get(state.name) ?? []).some(pod => isPodReady(snapshot, pod)),
  );
  return {
    ready: working.length,
    wanted: isSpared ? desired : states.length,
    findings: [
      ...missingAgents(
        missing,
        daemonSet,
        unplaced[0]?.status?.conditions?.find(c => c.type === 'PodScheduled')?.message,
      ),
      ...(isCrowd ? [silentAgents(silent, daemonSet)] : []),
      ...found.flatMap(f => (f === 'starting' ? [] : [f])),
    ],
    starting: found.filter(f => f === 'starting').length + settling(snapshot, states, byNode),
  };
}

/** A kubelet notices a new agent within moments; until then its node still asks for one. */
const NOTICE = 60_000;

function settling(
  snapshot: Snapshot,
  states: readonly NodeState[],
  byNode: ReadonlyMap<string, readonly Pod[]>,
): number {
  const asking = states.filter(state => state.waitsForCni);
  return asking.filter(state =>
    byNode.get(state.name)?.some(pod => {
      const since = pod.status?.conditions?.find(c => c.type === 'Ready')?.lastTransitionTime;
      return isPodReady(snapshot, pod) && since !== undefined && snapshot.now - since <= NOTICE;
    }),
  ).length;
}

/** Kept with the list of pods, which stays the same while none of them changes. */
const podsByNode = memo((pods: readonly Pod[]): ReadonlyMap<string, readonly Pod[]> => {
  const byNode = new Map<string, Pod[]>();
  for (const pod of pods) {
    const node = pod.spec?.nodeName;
    if (node === undefined) continue;
    const known = byNode.get(node);
    if (known === undefined) byNode.set(node, [pod]);
    else known.push(pod);
  }
  return byNode;
});

/** Nodes without an agent: the silent ones are the nodes' matter. */
export function missingAgents(
  states: readonly NodeState[],
  daemonSet: DaemonSet | null,
  why?: Safe,
): readonly Finding[] {
  const groups = [
    { nodes: states.filter(state => state.alive), chargedTo: null },
    { nodes: states.filter(state => !state.alive), chargedTo: 'nodes' as const },
  ];
  return groups.flatMap(({ nodes, chargedTo }) => {
    if (nodes.length === 0) return [];
    const names = nodes.map(state => state.name);
    const text = say`${someNames(names)}: no agent`;
    return [
      finding({
        problem: 'agent-missing',
        severity: 'critical',
        object: daemonSet === null ? null : ref('DaemonSet', daemonSet.metadata),
        message: why === undefined ? text : say`${text} (${why})`,
        nodes: names,
        chargedTo,
      }),
    ];
  });
}

/** Agents that said that they are well, on more nodes than anybody reads that are silent since: one finding for all. */
function silentAgents(states: readonly NodeState[], daemonSet: DaemonSet): Finding {
  const names = states.map(state => state.name);
  return finding({
    problem: 'agent-not-ready',
    severity: 'critical',
    object: ref('DaemonSet', daemonSet.metadata),
    message: say`${someNames(names)}: the nodes are silent`,
    nodes: names,
    chargedTo: 'nodes',
  });
}

/** A pod that merely hangs is replaced; one that crashes or cannot be pulled is repaired through its DaemonSet. */
function agentFinding(
  snapshot: Snapshot,
  daemonSet: DaemonSet,
  state: NodeState,
  pod: Pod,
): readonly (Finding | 'starting')[] {
  const trouble = podTrouble(snapshot, pod);
  if (trouble === null) return [];
  if (trouble.grade === 'starting') return ['starting'];
  const hangs = trouble.problem === 'not-ready' || trouble.problem === 'stuck';
  const known = match('wait', trouble.message)[0];
  const logged = state.alive && known === undefined ? loggedFailures(snapshot, pod)[0] : undefined;
  const told = logged === undefined ? trouble.message : say`${trouble.message}: ${logged.text}`;
  const why = state.alive ? told : say`the node is silent`;
  return [
    finding({
      problem: hangs ? 'agent-not-ready' : trouble.problem,
      severity: trouble.grade === 'weak' ? 'warning' : 'critical',
      object: hangs ? ref('Pod', pod.metadata) : ref('DaemonSet', daemonSet.metadata),
      message: say`${state.name}: ${why}`,
      signature: (known ?? logged?.match)?.id ?? null,
      since: trouble.since,
      nodes: [state.name],
      chargedTo: state.alive ? null : 'nodes',
    }),
  ];
}
