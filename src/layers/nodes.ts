import type { Snapshot } from '../cluster/snapshot.ts';
import { type Safe, say } from '../text/safe.ts';
import { finding, judgement } from './judgement.ts';
import type { Finding, Judgement, Layer, Verdict } from './layer.ts';
import { nodeFindings } from './node-findings.ts';
import { type NodeState, nodeStateList } from './node-state.ts';
import { trustOf } from './stream-trust.ts';

const watches = ['nodes', 'node-leases'] as const;

/** The machines: Ready, and their kubelets proven alive by a fresh lease. */
export const nodesLayer: Layer = {
  id: 'nodes',
  key: 1,
  title: 'Nodes',
  short: 'Nodes',
  standsOn: 'api',
  watches,
  judge,
};

function judge(snapshot: Snapshot): Judgement {
  const trust = trustOf(snapshot, watches);
  const states = nodeStateList(snapshot);
  if (states.length === 0) {
    const none = finding({
      problem: 'node-missing',
      severity: 'critical',
      message: say`no node is registered`,
    });
    return judgement({ verdict: 'down', summary: say`no nodes`, findings: [none], trust });
  }
  const findings = nodeFindings(snapshot, states);
  const ready = states.filter(state => state.ready === 'True' && state.alive).length;
  return judgement({
    verdict: verdictOf(snapshot, states, findings),
    summary: summary(states, ready),
    measure: { ready, wanted: states.length },
    findings,
    trust,
  });
}

/** A node that waits for nothing but the CNI is not the nodes' fault: the layer waits, neither green nor red. */
function verdictOf(snapshot: Snapshot, states: readonly NodeState[], findings: readonly Finding[]): Verdict {
  const own = findings.filter(f => f.chargedTo === null && f.severity !== 'note');
  const working = states.filter(state => (state.ready === 'True' && state.alive) || state.waitsForCni);
  if (own.length > 0) return working.length === 0 ? 'down' : 'degraded';
  if (states.some(state => state.waitsForCni)) return 'blocked';
  return states.every(state => state.ready === 'True' || !isJoining(snapshot, state))
    ? 'healthy'
    : 'progressing';
}

function isJoining(snapshot: Snapshot, state: NodeState): boolean {
  return snapshot.now - (state.node.metadata.creationTimestamp ?? 0) <= 120_000;
}

function summary(states: readonly NodeState[], ready: number): Safe {
  const total = states.length;
  const waiting = states.filter(state => state.waitsForCni).length;
  const dead = states.filter(state => !state.alive).length;
  if (waiting === 0) {
    const version = commonVersion(states);
    return dead === 0
      ? say`${ready}/${total} Ready${version}`
      : say`${ready}/${total} Ready · ${dead} silent`;
  }
  const alive = total - dead;
  const why = waiting === total - ready ? say`no CNI` : say`${waiting} for want of a CNI`;
  return dead === 0
    ? say`${total}/${total} registered, leases fresh, ${ready} Ready: ${why}`
    : say`${total} registered, ${alive} with fresh leases, ${ready} Ready: ${why}`;
}

function commonVersion(states: readonly NodeState[]): Safe {
  const versions = new Set(states.map(state => state.node.status?.nodeInfo?.kubeletVersion));
  const [only] = versions;
  return versions.size === 1 && only !== undefined ? say` · ${only}` : say``;
}
