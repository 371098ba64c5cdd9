import type { Snapshot } from '../cluster/snapshot.ts';
import { match } from '../signatures/match.ts';
import { coarseAge } from '../text/age.ts';
import { join, type Safe, say } from '../text/safe.ts';
import { finding, judgement } from './judgement.ts';
import type { Finding, Judgement, Layer } from './layer.ts';
import { type NodeState, nodeStateList } from './node-state.ts';
import { knownPods } from './pods.ts';
import { provenNodes, withProbes } from './probed.ts';
import { sandboxFailures } from './sandbox-failures.ts';
import { type Trust, trustIn, trustOf, unreadable } from './stream-trust.ts';

const needed = ['nodes', 'node-leases', 'pods-pending'] as const;

/** Whether pods get a network. No object says it: failures are in events, proof is in pods that started or are probed. */
export const podNetworkLayer: Layer = {
  id: 'pod-network',
  key: 3,
  title: 'Pod networking',
  short: 'Pods',
  standsOn: 'cni',
  watches: [...needed, 'events', 'pods-system', 'pods-cni', 'pods-flux'],
  judge: snapshot => withProbes('pod-network', snapshot, judge(snapshot)),
};

const STUCK = 60_000;

function judge(snapshot: Snapshot): Judgement {
  const trust = trustOf(snapshot, needed);
  const nodes = nodeStateList(snapshot).filter(state => state.alive && !state.cordoned);
  if (nodes.length === 0) {
    const summary = say`no node that takes pods`;
    return judgement({ verdict: 'unknown', reason: 'no-evidence', summary, trust });
  }
  const failures = sandboxFailures(snapshot);
  const failing = nodes.filter(state => failures.has(state.name) || state.waitsForCni);
  const notes = unreadable(snapshot, ['events']);
  if (failing.length > 0) return broken(snapshot, nodes, failing, trust, notes);
  return judgement({ ...proven(snapshot, nodes), findings: notes, trust: trustOfProof(snapshot) });
}

/** Fresh failures count whatever old pods say. */
function broken(
  snapshot: Snapshot,
  nodes: readonly NodeState[],
  failing: readonly NodeState[],
  trust: Trust,
  notes: readonly Finding[],
): Judgement {
  const all = failing.length === nodes.length;
  const waiting = stuckPods(snapshot, failing);
  const waits = waiting.length === 0 ? say`` : say` · ${waiting.length} wait`;
  return judgement({
    verdict: all ? 'down' : 'degraded',
    summary: say`new sandboxes fail on ${failing.length}/${nodes.length} nodes${waits}`,
    measure: { ready: nodes.length - failing.length, wanted: nodes.length },
    findings: [...failureFindings(snapshot, failing, all), ...notes],
    since: earliest([...waiting, ...failing.map(state => (state.waitsForCni ? state.readySince : null))]),
    trust,
  });
}

/** One finding for each thing that plugins say, with the nodes where they say it. */
function failureFindings(
  snapshot: Snapshot,
  failing: readonly NodeState[],
  all: boolean,
): readonly Finding[] {
  const failures = sandboxFailures(snapshot);
  const groups = new Map<string, { readonly text: Safe; readonly nodes: Safe[]; count: number }>();
  for (const state of failing) {
    const failure = failures.get(state.name);
    const text = wordsOf(state, failure?.message);
    const key = match('event', text)[0]?.id ?? text;
    const group = groups.get(key) ?? { text, nodes: [], count: 0 };
    group.nodes.push(state.name);
    group.count += failure?.count ?? 0;
    groups.set(key, group);
  }
  return [...groups.values()].map(({ text, nodes, count }) => {
    const where = nodes.length > 3 ? say`${nodes.length} nodes` : join(nodes, ' ');
    const times = count === 0 ? say`` : say` (×${count})`;
    return finding({
      problem: 'sandbox-failed',
      severity: 'critical',
      message: say`no network for new pods on ${where}${times}: ${text}`,
      signature: match('event', text)[0]?.id ?? null,
      since: earliest(
        stuckPods(
          snapshot,
          failing.filter(state => nodes.includes(state.name)),
        ),
      ),
      nodes: all && groups.size === 1 ? null : nodes,
    });
  });
}

/** What the plugin says tells more than that there is none, and that more than a general complaint. */
function wordsOf(state: NodeState, said: Safe | undefined): Safe {
  const known = said === undefined ? undefined : match('event', said)[0]?.id;
  const isTelling = known !== undefined && known !== 'S11';
  return said === undefined || (state.waitsForCni && !isTelling) ? state.readyMessage : said;
}

/** Creation times of pods that were given to these nodes and got no further. */
function stuckPods(snapshot: Snapshot, failing: readonly NodeState[]): readonly number[] {
  const names = new Set<string>(failing.map(state => state.name));
  return knownPods(snapshot).flatMap(pod => {
    const { nodeName, hostNetwork } = pod.spec ?? {};
    const created = pod.metadata.creationTimestamp;
    const isWaiting =
      pod.status?.phase === 'Pending' && pod.status.podIP === undefined && hostNetwork !== true;
    if (!isWaiting || nodeName === undefined || !names.has(nodeName) || created === undefined) return [];
    return snapshot.now - created > STUCK ? [created] : [];
  });
}

/** Green needs proof on every node that takes pods: one started lately, or one whose readiness probe passes now. */
function proven(snapshot: Snapshot, nodes: readonly NodeState[]) {
  const seen = nodes.map(state => snapshot.pods.byNode.get(state.name));
  const probed = provenNodes(snapshot, 'pod-network');
  const proofs = nodes.filter(
    ({ name }) => (snapshot.pods.byNode.get(name)?.readyOnPodNetwork ?? 0) > 0 || probed.has(name),
  ).length;
  const newest = latest(seen.map(pods => pods?.newestReadyStart ?? null));
  const last = newest === null ? say`` : say` · last new pod ${coarseAge(snapshot.now - newest)}`;
  const measure = { ready: proofs, wanted: nodes.length };
  if (proofs === nodes.length) {
    return {
      verdict: 'healthy',
      measure,
      summary: say`pods ready on ${proofs}/${nodes.length} nodes${last}`,
    } as const;
  }
  const summary = say`pods ready on ${proofs}/${nodes.length} nodes, no proof from the rest${last}`;
  return { verdict: 'unknown', reason: 'no-evidence', measure, summary } as const;
}

/** Proof rests on the table of all pods, and on having heard of no failure; where events are refused, that is noted. */
function trustOfProof(snapshot: Snapshot): Trust {
  const { streams, pods, now } = snapshot;
  const heard = streams.events.freshness.state === 'failed' ? needed : ([...needed, 'events'] as const);
  const read = heard.map(id => ({ id: id as string, freshness: streams[id].freshness }));
  return trustIn(now, [...read, { id: 'pods', freshness: pods.freshness }]);
}

function earliest(times: readonly (number | null)[]): number | null {
  const known = times.filter(time => time !== null);
  return known.length === 0 ? null : known.reduce((a, b) => Math.min(a, b));
}

function latest(times: readonly (number | null)[]): number | null {
  const known = times.filter(time => time !== null);
  return known.length === 0 ? null : known.reduce((a, b) => Math.max(a, b));
}
