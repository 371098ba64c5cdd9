import type { Node } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { field } from '../text/field.ts';
import type { Safe } from '../text/safe.ts';
import { heardAt } from './heard-at.ts';
import { compare } from './judgement.ts';
import { memo, memoOn } from './memo.ts';

/** One node, with what its kubelet's lease proves beside what its conditions claim. */
export interface NodeState {
  readonly name: Safe;
  readonly node: Node;
  readonly ready: 'True' | 'False' | 'Unknown';
  readonly readyReason: Safe;
  readonly readyMessage: Safe;
  /** Since when the Ready condition is as it is (epoch ms). */
  readonly readySince: number | null;
  /** `unknown`: there is no lease to read. */
  readonly lease: 'fresh' | 'suspect' | 'dead' | 'unknown';
  /** Last renewal (epoch ms) of a lease that is not fresh any more; the state of a node that renews stays the same. */
  readonly renewedAt: number | null;
  /** The kubelet acts: what its pods report can be believed. */
  readonly alive: boolean;
  /** NotReady for no other reason than a missing CNI. */
  readonly waitsForCni: boolean;
  readonly cordoned: boolean;
  /** No taint, no cordon, no pressure: there is nothing more to look at. */
  readonly isPlain: boolean;
}

const FRESH = 40_000;
/** After so long the control plane itself gives a node up (default of current releases). */
const DEAD = 50_000;
const CNI_MISSING =
  /NetworkPluginNotReady|cni plugin not initialized|cni config uninitialized|network plugin is not ready/i;
/** What joins a CNI complaint in the kubelet's message when more is wrong than the network. */
const MORE_WRONG =
  /PLEG is not healthy|container runtime is down|container runtime status check|KubeletHas|disk pressure|shutting down/i;

/** All nodes by name, in that order. A node is alive when its lease is fresh against the cluster's clock; without a lease its word counts. */
export const nodeStates: (snapshot: Snapshot) => ReadonlyMap<string, NodeState> = memo(snapshot => {
  const { items, freshness } = snapshot.streams['node-leases'];
  const clock = freshness.state === 'stale' ? freshness.confirmedAt : heardAt(snapshot);
  const nodes = inOrder(snapshot.streams.nodes.items);
  const last = lastAnswers.get(nodes);
  if (last?.leases === items && last.from <= clock && clock <= last.until) return last.states;
  let until = Number.POSITIVE_INFINITY;
  const list = nodes.map(node => {
    const renewed = items.get(words(node).leaseKey)?.spec?.renewTime ?? null;
    until = Math.min(until, changesAfter(renewed, clock));
    return stateOf(node, renewed, clock);
  });
  const isSame = last !== undefined && list.every(state => last.states.get(state.name) === state);
  const states = isSame ? last.states : new Map(list.map(state => [state.name as string, state]));
  lastAnswers.set(nodes, { leases: items, from: clock, until, states });
  return states;
});

/** The last moment at which a lease of this age is judged as it is now. */
function changesAfter(renewed: number | null, clock: number): number {
  const limits = renewed === null ? [] : [renewed + FRESH, renewed + DEAD];
  return limits.find(limit => clock <= limit) ?? Number.POSITIVE_INFINITY;
}

/** The same in a list; while no node changes its state, both stay the same objects. */
export const nodeStateList: (snapshot: Snapshot) => readonly NodeState[] = memoOn(
  snapshot => [nodeStates(snapshot)],
  snapshot => [...nodeStates(snapshot).values()],
);

/** The last answer for these nodes: renewals alone change nothing that is derived from it, and no lease turns old before `until`. */
const lastAnswers = new WeakMap<
  readonly Node[],
  {
    readonly leases: Snapshot['streams']['node-leases']['items'];
    readonly from: number;
    readonly until: number;
    readonly states: ReadonlyMap<string, NodeState>;
  }
>();

const inOrder = memo((items: ReadonlyMap<string, Node>) =>
  [...items.values()].sort((a, b) => compare(a.metadata.name, b.metadata.name)),
);

/** What a node says of itself; it says the same until it changes, which is rare. */
const words = memo((node: Node) => {
  const condition = node.status?.conditions?.find(c => c.type === 'Ready');
  const ready = condition?.status === 'True' ? 'True' : condition?.status === 'False' ? 'False' : 'Unknown';
  const readyMessage = condition?.message ?? field('');
  return {
    name: node.metadata.name,
    leaseKey: `kube-node-lease/${node.metadata.name}`,
    node,
    ready,
    readyReason: condition?.reason ?? field(''),
    readyMessage,
    readySince: condition?.lastTransitionTime ?? null,
    lacksCni: ready === 'False' && CNI_MISSING.test(readyMessage) && !MORE_WRONG.test(readyMessage),
    cordoned: node.spec?.unschedulable === true,
    isPlain: isPlain(node),
  } as const;
});

function isPlain({ spec, status }: Node): boolean {
  const bad = status?.conditions?.some(c => c.type !== 'Ready' && c.status === 'True');
  return spec?.unschedulable !== true && (spec?.taints ?? []).length === 0 && bad !== true;
}

/** The last state of each node: of thousands few change from one moment to the next. */
const lastStates = new WeakMap<Node, NodeState>();

function stateOf(node: Node, renewed: number | null, clock: number): NodeState {
  const age = renewed === null ? null : clock - renewed;
  const lease = age === null ? 'unknown' : age <= FRESH ? 'fresh' : age <= DEAD ? 'suspect' : 'dead';
  const renewedAt = lease === 'fresh' ? null : renewed;
  const last = lastStates.get(node);
  if (last !== undefined && last.lease === lease && last.renewedAt === renewedAt) return last;
  const said = words(node);
  const alive = lease === 'unknown' ? said.ready !== 'Unknown' : lease !== 'dead';
  const state = { ...said, lease, renewedAt, alive, waitsForCni: alive && said.lacksCni } as const;
  lastStates.set(node, state);
  return state;
}
