import type { DaemonSet, Deployment, Pod } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { type Safe, say } from '../text/safe.ts';
import { nodeStateList } from './node-state.ts';
import { type PodTrouble, podTrouble, START_GRACE } from './pod-trouble.ts';
import { isPodReady } from './pods.ts';
import type { Problem } from './problems.ts';

/** What is to be said about one workload. Counts come from its pods and their nodes, not from its own status, which can be frozen. */
export interface WorkloadReport {
  readonly verdict: 'healthy' | 'progressing' | 'degraded' | 'down';
  readonly ready: number;
  readonly wanted: number;
  /** Null when healthy. */
  readonly problem: Problem | null;
  /** Without the name of the object: `does not exist`, `1 of 3 available`, `CrashLoopBackOff: ...`. */
  readonly message: Safe | null;
  readonly since: number | null;
  /** Its pods that do not work, in order of name. */
  readonly troubled: readonly { readonly pod: Pod; readonly trouble: PodTrouble }[];
}

/**
 * Judges a Deployment. `pods`: those its selector selects, or null when they cannot be read: then its status is all
 * there is. Zero replicas are reported `down` with problem `scaled-to-zero`; whether that is a fault is the layer's business.
 */
export function deploymentReport(
  snapshot: Snapshot,
  deployment: Deployment | undefined,
  pods: readonly Pod[] | null,
): WorkloadReport {
  if (deployment === undefined) return missing;
  const { spec, status, metadata } = deployment;
  const wanted = spec?.replicas ?? 1;
  const troubled = troubles(snapshot, pods);
  const ready = pods === null ? (status?.availableReplicas ?? 0) : readyCount(snapshot, pods);
  const condition = (type: string) => status?.conditions?.find(c => c.type === type);
  const available = condition('Available');
  const progress = condition('Progressing');
  const failure = condition('ReplicaFailure');
  const fail = (
    verdict: WorkloadReport['verdict'],
    problem: Problem,
    message: Safe,
    since?: number | null,
  ) => ({
    verdict,
    ready,
    wanted,
    problem,
    message,
    since: since ?? (available?.status === 'False' ? (available.lastTransitionTime ?? null) : null),
    troubled,
  });
  if (wanted === 0) return fail('down', 'scaled-to-zero', say`scaled to zero`, null);
  if (failure?.status === 'True' && ready < wanted) {
    const why = failure.message ?? failure.reason ?? say`its pods cannot be created`;
    return fail(ready === 0 ? 'down' : 'degraded', 'stuck', why, failure.lastTransitionTime);
  }
  const worst = gravest(troubled);
  const late = progress?.status === 'False' && progress.reason === 'ProgressDeadlineExceeded';
  // While old pods still serve, the new ones that fail are told with the rollout; without them they are the fault.
  if (late && (ready >= wanted || worst?.grade !== 'failing')) {
    const count = say`rollout passed its deadline, ${ready} of ${wanted} ready`;
    const message = worst === undefined ? count : say`${count}: ${worst.message}`;
    return fail(ready === 0 ? 'down' : 'degraded', 'rollout-stuck', message, progress.lastTransitionTime);
  }
  const behind =
    (metadata.generation ?? 0) > (status?.observedGeneration ?? 0) || (status?.updatedReplicas ?? 0) < wanted;
  const moving =
    !late && (behind || (progress?.status === 'True' && progress.reason !== 'NewReplicaSetAvailable'));
  return counted(fail, { ready, wanted, worst, moving });
}

/**
 * Judges a DaemonSet. `pods`: those its selector selects, or null when they cannot be read. Wanted is what its
 * controller says; when it says nothing though nodes are there, one for each node that takes pods.
 */
export function daemonSetReport(
  snapshot: Snapshot,
  daemonSet: DaemonSet | undefined,
  pods: readonly Pod[] | null,
): WorkloadReport {
  if (daemonSet === undefined) return missing;
  const { status, metadata } = daemonSet;
  const nodes = nodeStateList(snapshot);
  const open = nodes.filter(state => !state.cordoned).length;
  const desired = status?.desiredNumberScheduled ?? 0;
  const wanted = Math.max(desired, 0);
  const troubled = troubles(snapshot, pods);
  const ready = pods === null ? (status?.numberReady ?? 0) : readyCount(snapshot, pods);
  const fail = (
    verdict: WorkloadReport['verdict'],
    problem: Problem,
    message: Safe,
    since?: number | null,
  ) => ({
    verdict,
    ready,
    wanted: wanted === 0 ? open : wanted,
    problem,
    message,
    since: since ?? null,
    troubled,
  });
  const created = metadata.creationTimestamp;
  const young = created !== undefined && snapshot.now - created <= START_GRACE;
  if (wanted === 0) {
    if (young) return fail('progressing', 'rolling-out', say`just created`, created);
    if (open === 0)
      return { ...fail('healthy', 'not-scheduled', say`no node`), problem: null, message: null };
    return fail('down', 'not-scheduled', say`selects none of ${open} nodes`);
  }
  const behind =
    (metadata.generation ?? 0) > (status?.observedGeneration ?? 0) ||
    (status?.updatedNumberScheduled ?? 0) < wanted;
  const absent = wanted - (pods?.length ?? status?.currentNumberScheduled ?? 0);
  const worst = gravest(troubled);
  if (absent > 0 && !behind && !young && worst === undefined) {
    const message = say`${absent} of ${wanted} pods do not exist`;
    return fail(ready === 0 ? 'down' : 'degraded', 'agent-missing', message);
  }
  const starting = troubled.length > 0 && troubled.every(t => t.trouble.grade === 'starting');
  return counted(fail, { ready, wanted, worst, moving: behind || starting || (young && ready < wanted) });
}

const missing: WorkloadReport = {
  verdict: 'down',
  ready: 0,
  wanted: 0,
  problem: 'missing',
  message: say`does not exist`,
  since: null,
  troubled: [],
};

interface Counted {
  readonly ready: number;
  readonly wanted: number;
  readonly worst: PodTrouble | undefined;
  readonly moving: boolean;
}

type Fail = (
  verdict: WorkloadReport['verdict'],
  problem: Problem,
  message: Safe,
  since?: number | null,
) => WorkloadReport;

/** The part of the rule that both kinds share: counts, then the gravest trouble of a pod. */
function counted(fail: Fail, { ready, wanted, worst, moving }: Counted): WorkloadReport {
  const fails = worst?.grade === 'failing' || worst?.grade === 'not-ready';
  if (moving && (!fails || ready >= wanted)) {
    return fail('progressing', 'rolling-out', say`rolling out, ${ready} of ${wanted} ready`);
  }
  if (ready < wanted) {
    const verdict = ready === 0 ? 'down' : worst?.grade === 'starting' ? 'progressing' : 'degraded';
    const message =
      worst === undefined
        ? say`${ready} of ${wanted} ready`
        : say`${ready} of ${wanted} ready: ${worst.message}`;
    return fail(verdict, worst?.problem ?? 'not-ready', message, worst?.since);
  }
  if (worst?.grade === 'weak') return fail('degraded', 'restarting', worst.message, worst.since);
  return { ...fail('healthy', 'not-ready', say``), problem: null, message: null, since: null };
}

function readyCount(snapshot: Snapshot, pods: readonly Pod[]): number {
  return pods.filter(pod => isPodReady(snapshot, pod)).length;
}

function troubles(snapshot: Snapshot, pods: readonly Pod[] | null): WorkloadReport['troubled'] {
  return (pods ?? []).flatMap(pod => {
    const trouble = podTrouble(snapshot, pod);
    return trouble === null ? [] : [{ pod, trouble }];
  });
}

const grades = ['failing', 'not-ready', 'starting', 'weak'] as const;

function gravest(troubled: WorkloadReport['troubled']): PodTrouble | undefined {
  for (const grade of grades) {
    const hit = troubled.find(t => t.trouble.grade === grade);
    if (hit !== undefined) return hit.trouble;
  }
  return undefined;
}
