import type { Snapshot } from '../cluster/snapshot.ts';
import { match } from '../signatures/match.ts';
import { calmAge } from '../text/age.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import { someNames } from '../text/some-names.ts';
import { finding, ref } from './judgement.ts';
import type { Finding } from './layer.ts';
import { versionSkew } from './node-skew.ts';
import type { NodeState } from './node-state.ts';

const JOINING = 120_000;

/** Everything to be said about the nodes; what belongs to the CNI is charged to it. */
export function nodeFindings(snapshot: Snapshot, states: readonly NodeState[]): readonly Finding[] {
  return [
    ...silent(snapshot, states),
    ...waiting(states),
    ...versionSkew(snapshot, states),
    ...states
      .filter(isOdd)
      .flatMap(state => [
        ...notReady(snapshot, state),
        ...pressure(state),
        ...taints(state),
        ...cordon(state),
      ]),
  ];
}

/** Most nodes are plain; thousands of them should cost nothing. */
function isOdd(state: NodeState): boolean {
  return !state.isPlain || state.ready !== 'True';
}

/** All kubelets silent at once is one fault, that of their common path; a few are faults of machines. */
function silent(snapshot: Snapshot, states: readonly NodeState[]): readonly Finding[] {
  const dead = states.filter(state => !state.alive);
  if (dead.length > 1 && dead.length === states.length) {
    const since = dead.map(lastSign).reduce((a, b) => (a === null || b === null ? (a ?? b) : Math.min(a, b)));
    const message = say`all ${dead.length} kubelets stopped renewing their leases at once: their common path to the API server is cut (load balancer, VIP, network)`;
    return [finding({ problem: 'node-silent', severity: 'critical', message, signature: 'S10', since })];
  }
  return dead.map(state =>
    finding({
      problem: 'node-silent',
      severity: 'critical',
      object: ref('Node', state.node.metadata),
      message: silentText(snapshot, state),
      signature: 'S10',
      since: lastSign(state),
      nodes: [state.name],
    }),
  );
}

function silentText(snapshot: Snapshot, state: NodeState): Safe {
  const since = lastSign(state);
  const quiet =
    since === null
      ? say`the kubelet stopped reporting`
      : say`no sign of life for ${calmAge(snapshot.now - since)}`;
  return state.ready === 'True' ? say`${quiet}, though it still says Ready` : say`${quiet}: ${detail(state)}`;
}

function lastSign(state: NodeState): number | null {
  return state.renewedAt ?? state.readySince;
}

/** One finding for all nodes that lack nothing but a CNI. */
function waiting(states: readonly NodeState[]): readonly Finding[] {
  const nodes = states.filter(state => state.waitsForCni);
  const [first] = nodes;
  if (first === undefined) return [];
  const since = nodes.flatMap(state => (state.readySince === null ? [] : [state.readySince]));
  const names = nodes.map(state => state.name);
  return [
    finding({
      problem: 'waits-for-cni',
      severity: 'critical',
      object: nodes.length === 1 ? ref('Node', first.node.metadata) : null,
      message: say`${someNames(names)} NotReady: ${first.readyMessage}`,
      signature: match('node', first.readyMessage)[0]?.id ?? 'S11',
      since: since.length === 0 ? null : since.reduce((a, b) => Math.min(a, b)),
      nodes: names,
      chargedTo: 'cni',
    }),
  ];
}

function notReady(snapshot: Snapshot, state: NodeState): readonly Finding[] {
  if (state.ready === 'True' || !state.alive || state.waitsForCni) return [];
  const young = snapshot.now - (state.node.metadata.creationTimestamp ?? 0) <= JOINING;
  return [
    finding({
      problem: 'node-not-ready',
      severity: young ? 'note' : 'critical',
      object: ref('Node', state.node.metadata),
      message: young ? say`joined lately: ${detail(state)}` : say`NotReady: ${detail(state)}`,
      signature: match('node', state.readyMessage)[0]?.id ?? null,
      since: state.readySince,
      nodes: [state.name],
    }),
  ];
}

function detail(state: NodeState): Safe {
  if (state.readyMessage === '')
    return state.readyReason === '' ? field('no condition Ready') : state.readyReason;
  return state.readyReason === '' ? state.readyMessage : say`${state.readyReason}: ${state.readyMessage}`;
}

const pressures = ['MemoryPressure', 'DiskPressure', 'PIDPressure'];

function pressure(state: NodeState): readonly Finding[] {
  // A silent kubelet's other conditions are as old as its last word.
  if (!state.alive) return [];
  return (state.node.status?.conditions ?? []).flatMap(condition => {
    const type = condition.type;
    if (type === undefined || condition.status !== 'True') return [];
    const text = condition.message ?? condition.reason ?? say`it says so`;
    const base = {
      severity: 'warning',
      object: ref('Node', state.node.metadata),
      since: condition.lastTransitionTime ?? null,
      nodes: [state.name],
    } as const;
    if (pressures.includes(type)) {
      const signature = match('node', condition.reason ?? say``)[0]?.id ?? 'S13';
      return [finding({ ...base, problem: 'pressure', message: say`${type}: ${text}`, signature })];
    }
    if (type !== 'NetworkUnavailable' || state.waitsForCni) return [];
    return [finding({ ...base, problem: 'waits-for-cni', message: say`${type}: ${text}`, chargedTo: 'cni' })];
  });
}

const ciliumTaint = 'node.cilium.io/agent-not-ready';
const strangeTaints = ['node.cloudprovider.kubernetes.io/uninitialized', 'node.kubernetes.io/out-of-service'];

/** Taints that only repeat a condition are left out: the condition says it better. */
function taints(state: NodeState): readonly Finding[] {
  if (!state.alive) return [];
  return (state.node.spec?.taints ?? []).flatMap(taint => {
    const key = taint.key;
    if (key === undefined || !(key === ciliumTaint || strangeTaints.includes(key))) return [];
    const owner =
      key === ciliumTaint ? field('the Cilium operator') : field('the cloud controller or its user');
    return [
      finding({
        problem: 'tainted',
        severity: 'warning',
        object: ref('Node', state.node.metadata),
        message: say`taint ${key} keeps pods away; ${owner} has to remove it`,
        since: taint.timeAdded ?? null,
        nodes: [state.name],
        chargedTo: key === ciliumTaint ? 'cni' : null,
      }),
    ];
  });
}

function cordon(state: NodeState): readonly Finding[] {
  if (!state.cordoned) return [];
  const since = state.node.spec?.taints?.find(t => t.key === 'node.kubernetes.io/unschedulable')?.timeAdded;
  return [
    finding({
      problem: 'cordoned',
      severity: 'note',
      object: ref('Node', state.node.metadata),
      message: say`cordoned: takes no new pods`,
      since: since ?? null,
      nodes: [state.name],
    }),
  ];
}
