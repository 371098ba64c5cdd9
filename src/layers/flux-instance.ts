import type { FluxInstance } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { matchCondition } from '../signatures/texts.ts';
import { calmAge } from '../text/age.ts';
import { type Safe, say } from '../text/safe.ts';
import { helmReleases } from './helm-releases.ts';
import { finding, named, ref } from './judgement.ts';
import type { Finding } from './layer.ts';

/** What the FluxInstance says: it tells the operator which Flux to install and what to sync. */
export interface InstanceReport {
  readonly verdict: 'healthy' | 'progressing' | 'degraded' | 'down';
  /** For the summary: `FluxInstance Ready`. */
  readonly word: Safe;
  readonly findings: readonly Finding[];
}

/** The operator reconciles for five minutes at most by default; twice that is not progress any more. */
const PROGRESS_LIMIT = 600_000;

/** Judges the FluxInstance; call it only where the operator's flavour of Flux is used. */
export function instanceReport(snapshot: Snapshot): InstanceReport {
  const [instance] = [...snapshot.streams.fluxinstances.items.values()];
  if (instance === undefined) return missing(snapshot);
  const object = ref('FluxInstance', instance.metadata);
  if (isDisabled(instance)) {
    const message = say`reconciliation is disabled on purpose`;
    return {
      verdict: 'healthy',
      word: say`FluxInstance suspended`,
      findings: [finding({ problem: 'suspended', severity: 'note', object, message })],
    };
  }
  const condition = (type: string) => instance.status?.conditions?.find(c => c.type === type);
  const stalled = condition('Stalled');
  const ready = condition('Ready');
  if (stalled?.status === 'True') return failed(object, stalled, 'stalled');
  if (ready?.status === 'False') return failed(object, ready, 'instance-failed');
  if (ready?.status === 'True') return { verdict: 'healthy', word: say`FluxInstance Ready`, findings: [] };
  return inWork(snapshot, instance, ready);
}

/** The Flux version that the instance last applied, as in `v2.6.1`; null when it never did. */
export function instanceVersion(snapshot: Snapshot): Safe | null {
  for (const { status } of snapshot.streams.fluxinstances.items.values()) {
    const version = /^v?\d[\w.+-]{0,40}/.exec(status?.lastAppliedRevision ?? '');
    // A part of sanitised text is sanitised.
    if (version !== null) return version[0] as Safe;
  }
  return null;
}

type Condition = NonNullable<NonNullable<FluxInstance['status']>['conditions']>[number];

function isDisabled(instance: FluxInstance): boolean {
  if (instance.metadata.annotations?.['fluxcd.controlplane.io/reconcile'] === 'disabled') return true;
  const ready = instance.status?.conditions?.find(c => c.type === 'Ready');
  return ready?.status === 'False' && ready.reason === 'ReconciliationDisabled';
}

function missing(snapshot: Snapshot): InstanceReport {
  const release = helmReleases(snapshot).get(`${snapshot.fluxNamespace}/flux-instance`);
  const message =
    release === undefined
      ? say`does not exist: nothing tells the operator to install Flux`
      : say`does not exist, though Helm says release flux-instance rev ${release.revision} is ${release.status}`;
  const object = named('FluxInstance', snapshot.fluxNamespace, 'flux');
  return {
    verdict: 'down',
    word: say`FluxInstance missing`,
    findings: [finding({ problem: 'instance-missing', severity: 'critical', object, message })],
  };
}

function failed(
  object: Finding['object'],
  condition: Condition,
  problem: 'stalled' | 'instance-failed',
): InstanceReport {
  const reason = condition.reason ?? say`no reason given`;
  const message = condition.message === undefined ? reason : say`${reason}: ${condition.message}`;
  const signature = matchCondition(condition)[0]?.id ?? null;
  const since = condition.lastTransitionTime ?? null;
  const word = problem === 'stalled' ? say`FluxInstance stalled` : say`FluxInstance Ready=False ${reason}`;
  return {
    verdict: 'degraded',
    word,
    findings: [finding({ problem, severity: 'warning', object, message, signature, since })],
  };
}

function inWork(snapshot: Snapshot, instance: FluxInstance, ready: Condition | undefined): InstanceReport {
  const since = ready?.lastTransitionTime ?? instance.metadata.creationTimestamp ?? snapshot.now;
  const worked = snapshot.now - since;
  if (worked <= PROGRESS_LIMIT) {
    return { verdict: 'progressing', word: say`FluxInstance reconciling`, findings: [] };
  }
  const object = ref('FluxInstance', instance.metadata);
  const what = ready?.message ?? say`no status`;
  const message = say`not Ready for ${calmAge(worked)}: ${what}`;
  return {
    verdict: 'degraded',
    word: say`FluxInstance not reconciled`,
    findings: [finding({ problem: 'not-reconciled', severity: 'warning', object, message, since })],
  };
}
