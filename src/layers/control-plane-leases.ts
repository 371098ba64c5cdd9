import type { Snapshot } from '../cluster/snapshot.ts';
import { calmAge } from '../text/age.ts';
import { join, type Safe, say } from '../text/safe.ts';
import { heardAt } from './heard-at.ts';
import { finding, ref } from './judgement.ts';
import type { Finding } from './layer.ts';
import { nodeStateList } from './node-state.ts';

/** Twice the lease's own duration: a leader that misses this long is not leading. */
const LIMIT = 30_000;
const components = ['kube-controller-manager', 'kube-scheduler'] as const;

/**
 * Whether the control loops act. A missing lease says nothing: a single server may run them without leader election.
 * When their leases and those of all nodes are old, nothing can be written: that, not the loops, is the fault.
 */
export function controlPlaneLeases(snapshot: Snapshot): {
  readonly state: Safe;
  readonly findings: readonly Finding[];
} {
  const { items, freshness } = snapshot.streams['system-leases'];
  if (freshness.state !== 'live') return { state: say`leases not readable now`, findings: [] };
  const known = components.flatMap(name => {
    const lease = items.get(`kube-system/${name}`);
    const renewed = lease?.spec?.renewTime;
    return lease === undefined || renewed === undefined ? [] : [{ lease, renewed }];
  });
  const stale = known.filter(({ renewed }) => heardAt(snapshot) - renewed > LIMIT);
  if (known.length === 0) return { state: say`leader leases not observable`, findings: [] };
  if (stale.length === 0) return { state: say`leases fresh`, findings: [] };
  if (stale.length === known.length && allNodesSilent(snapshot)) return writesFail(snapshot, stale);
  const findings = stale.map(({ lease, renewed }) =>
    finding({
      problem: 'lease-stale',
      severity: 'critical',
      object: ref('Lease', lease.metadata),
      message: say`${lease.metadata.name} has not renewed its lease for ${calmAge(snapshot.now - renewed)}: it does not act`,
      since: renewed,
    }),
  );
  const names = join(
    stale.map(({ lease }) => lease.metadata.name),
    ' and ',
  );
  return { state: say`${names} not acting`, findings };
}

type Known = { readonly renewed: number };

function writesFail(snapshot: Snapshot, stale: readonly Known[]) {
  const since = stale.map(({ renewed }) => renewed).reduce((a, b) => Math.min(a, b));
  const message = say`no lease of any node or control loop was renewed for ${calmAge(snapshot.now - since)}: nothing can be written (etcd full or without quorum)`;
  return {
    state: say`no lease is renewed`,
    findings: [finding({ problem: 'writes-fail', severity: 'critical', message, since })],
  };
}

function allNodesSilent(snapshot: Snapshot): boolean {
  if (snapshot.streams['node-leases'].freshness.state !== 'live') return false;
  const states = nodeStateList(snapshot);
  return states.length > 0 && states.every(state => state.lease === 'dead');
}

/** Since when (epoch ms) the statuses that the controller-manager writes are frozen; null when they are not. */
export function frozenSince(findings: readonly Finding[]): number | null {
  const frozen = findings.find(
    f =>
      f.problem === 'writes-fail' ||
      (f.problem === 'lease-stale' && f.object?.name === 'kube-controller-manager'),
  );
  return frozen?.since ?? null;
}
