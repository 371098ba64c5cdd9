import type { Deployment } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { match } from '../signatures/match.ts';
import { calmAge } from '../text/age.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import { hasFluxOperator } from './flux-configured.ts';
import { LEASE_LIMIT, leaseRenewedAt } from './flux-leases.ts';
import { heardAt } from './heard-at.ts';
import { compare, finding, named } from './judgement.ts';
import type { Finding, Judgement, LayerId } from './layer.ts';
import { chargeOf, podEvidence } from './pod-evidence.ts';
import { START_GRACE } from './pod-trouble.ts';
import { isPodReady, podsMatching } from './pods.ts';
import { deploymentReport, type WorkloadReport } from './workload.ts';

/** One controller of Flux, or the operator that installs them. */
export interface Controller {
  readonly name: Safe;
  readonly deployment: Deployment | undefined;
  readonly report: WorkloadReport;
  /** Without source and kustomize nothing is applied; the others do a part. */
  readonly weight: 'core' | 'part' | 'operator';
  /** Last renewal of its leader lease (epoch ms); null when it has none. */
  readonly renewedAt: number | null;
  /** Available, and yet its lease is no longer renewed. */
  readonly isIdle: boolean;
}

const core = new Set(['source-controller', 'kustomize-controller']);

/** The controllers that should run here: those that the FluxInstance lists, else the customary four; and all that exist. */
export function fluxControllers(snapshot: Snapshot): readonly Controller[] {
  const deployments = new Map(
    [...snapshot.streams['deployments-flux'].items.values()]
      .filter(d => d.metadata.namespace === snapshot.fluxNamespace)
      .map(d => [d.metadata.name as string, d]),
  );
  const names = new Set(expected(snapshot));
  for (const [name, deployment] of deployments) {
    if (deployment.metadata.labels?.['app.kubernetes.io/part-of'] === 'flux') names.add(name);
  }
  if (hasFluxOperator(snapshot)) names.add('flux-operator');
  return [...names].sort(compare).map(name => controller(snapshot, name, deployments.get(name)));
}

function expected(snapshot: Snapshot): readonly string[] {
  for (const instance of snapshot.streams.fluxinstances.items.values()) {
    const listed = instance.status?.components?.flatMap(c => (c.name === undefined ? [] : [c.name])) ?? [];
    if (listed.length > 0) return listed;
    const asked = instance.spec?.components ?? [];
    if (asked.length > 0) return asked;
  }
  const served = snapshot.groups?.has('helm.toolkit.fluxcd.io') ?? true;
  return [...core, 'notification-controller', ...(served ? ['helm-controller'] : [])];
}

function controller(snapshot: Snapshot, name: string, deployment: Deployment | undefined): Controller {
  const pods = podsMatching(snapshot, snapshot.fluxNamespace, deployment?.spec?.selector?.matchLabels);
  const report = deploymentReport(snapshot, deployment, pods);
  const renewedAt = leaseRenewedAt(snapshot, name);
  const starts = pods.filter(pod => isPodReady(snapshot, pod)).map(pod => pod.status?.startTime ?? 0);
  const isYoung = starts.some(start => snapshot.now - start < START_GRACE);
  const isOld = renewedAt !== null && heardAt(snapshot) - renewedAt > LEASE_LIMIT;
  return {
    name: field(name),
    deployment,
    report,
    weight: name === 'flux-operator' ? 'operator' : core.has(name) ? 'core' : 'part',
    renewedAt,
    isIdle: isOld && !isYoung && report.ready > 0,
  };
}

/** Down when a core controller does nothing; any other one missing costs a part of the service only. */
export function controllerVerdict(one: Controller): WorkloadReport['verdict'] {
  const { verdict } = one.report;
  if (one.isIdle) return one.weight === 'core' ? 'down' : 'degraded';
  return verdict === 'down' && one.weight !== 'core' ? 'degraded' : verdict;
}

/**
 * What is wrong with one controller; null when it works. `isConsequence`: something else explains why it is missing,
 * so it is a note.
 */
export function controllerFinding(
  snapshot: Snapshot,
  one: Controller,
  isConsequence: boolean,
  below: ReadonlyMap<LayerId, Judgement>,
): Finding | null {
  const object = named('Deployment', snapshot.fluxNamespace, one.name);
  const verdict = controllerVerdict(one);
  const isNote = verdict === 'progressing' || isConsequence;
  const severity = isNote ? 'note' : verdict === 'down' ? 'critical' : 'warning';
  const { problem, message, since, troubled } = one.report;
  if (one.isIdle && one.renewedAt !== null) {
    const text = say`says Ready, but its leader lease was last renewed ${calmAge(snapshot.now - one.renewedAt)} ago`;
    return finding({ problem: 'lease-stale', severity, object, message: text, since: one.renewedAt });
  }
  if (problem === null || message === null) return null;
  const evidence = podEvidence(
    snapshot,
    troubled.filter(t => t.trouble.grade !== 'weak').map(t => t.pod),
  );
  const found = evidence?.match ?? match('cond', message)[0] ?? null;
  const text = evidence?.text ? say`${message}: ${evidence.text}` : message;
  const chargedTo = chargeOf(found, below);
  return finding({
    problem,
    severity,
    object,
    message: text,
    signature: found?.id ?? null,
    since,
    chargedTo,
  });
}
