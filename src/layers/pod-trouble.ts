import type { Pod } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { calmAge } from '../text/age.ts';
import { type Safe, say } from '../text/safe.ts';
import { memo } from './memo.ts';
import { nodeStates } from './node-state.ts';
import { isOnLiveNode, saysReady } from './pods.ts';
import type { Problem } from './problems.ts';

/** What keeps one pod from working. `starting` and `weak` are not failures: it is young, or works but restarted lately. */
export interface PodTrouble {
  readonly grade: 'failing' | 'not-ready' | 'starting' | 'weak';
  readonly problem: Problem;
  readonly message: Safe;
  readonly since: number | null;
}

/** A pod may need so long to be placed, pulled and ready before anybody worries. */
export const START_GRACE = 120_000;
const STOP_GRACE = 60_000;
/**
 * A container that runs so long since its last restart is over it, and the restarts are history: one that is not spends
 * the time between two attempts waiting, which is trouble of another kind.
 */
const RECENT = 120_000;

const waitingProblems: ReadonlyMap<string, Problem> = new Map([
  ['CrashLoopBackOff', 'crashing'],
  ['RunContainerError', 'crashing'],
  ['ImagePullBackOff', 'image-pull'],
  ['ErrImagePull', 'image-pull'],
  ['InvalidImageName', 'image-pull'],
  ['ErrImageNeverPull', 'image-pull'],
  ['CreateContainerConfigError', 'stuck'],
  ['CreateContainerError', 'stuck'],
]);

/** Null when the pod works. The gravest trouble otherwise. */
export function podTrouble(snapshot: Snapshot, pod: Pod): PodTrouble | null {
  if (isWell(pod)) return isOnLiveNode(snapshot, pod) ? null : abandoned(snapshot, pod);
  return (
    ending(snapshot, pod) ??
    failed(pod) ??
    waiting(pod) ??
    (pod.status?.phase === 'Pending' ? pending(snapshot, pod) : running(snapshot, pod))
  );
}

/** Runs, is ready, did not restart: most pods, and they say the same until they change. Only their node can fail them. */
const isWell = memo((pod: Pod): boolean => {
  if (!saysReady(pod)) return false;
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const containers = [...initContainerStatuses, ...containerStatuses];
  return containers.every(one => one.state?.waiting === undefined && (one.restartCount ?? 0) < 2);
});

function ending(snapshot: Snapshot, pod: Pod): PodTrouble | null {
  const due = pod.metadata.deletionTimestamp;
  if (due === undefined) return null;
  const late = snapshot.now - due;
  const grade = late > STOP_GRACE ? 'failing' : 'starting';
  return { grade, problem: 'stuck', message: say`Terminating, due ${calmAge(late)} ago`, since: due };
}

function failed(pod: Pod): PodTrouble | null {
  const phase = pod.status?.phase;
  if (phase !== 'Failed' && phase !== 'Unknown') return null;
  const reason = pod.status?.reason ?? phase;
  const message = pod.status?.message;
  return {
    grade: 'failing',
    problem: 'crashing',
    message: message === undefined ? reason : say`${reason}: ${message}`,
    since: readySince(pod),
  };
}

function waiting(pod: Pod): PodTrouble | null {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  for (const status of statuses) {
    const wait = status.state?.waiting;
    const problem = wait?.reason === undefined ? undefined : waitingProblems.get(wait.reason);
    if (wait?.reason === undefined || problem === undefined) continue;
    const last = status.lastState?.terminated;
    const ended = last === undefined ? null : endText(last);
    const detail = problem === 'crashing' ? (ended ?? wait.message) : wait.message;
    const text = detail === undefined ? wait.reason : say`${wait.reason}: ${detail}`;
    const restarts = status.restartCount ?? 0;
    const message = problem === 'crashing' && restarts > 0 ? say`${text} (${restarts} restarts)` : text;
    return { grade: 'failing', problem, message, since: readySince(pod) };
  }
  return null;
}

function endText(last: {
  readonly reason?: Safe;
  readonly message?: Safe;
  readonly exitCode?: number;
}): Safe {
  const how = last.reason ?? say`ended`;
  const code = last.exitCode === undefined ? how : say`${how}, exit ${last.exitCode}`;
  return last.message === undefined ? code : say`${code}: ${last.message}`;
}

function pending(snapshot: Snapshot, pod: Pod): PodTrouble {
  const since = pod.metadata.creationTimestamp ?? null;
  const waited = since === null ? START_GRACE + 1 : snapshot.now - since;
  const grade = waited > START_GRACE ? 'failing' : 'starting';
  const placed = pod.status?.conditions?.find(c => c.type === 'PodScheduled');
  if (placed?.status === 'False') {
    const why = placed.message ?? placed.reason ?? say`no node fits`;
    return { grade, problem: 'not-scheduled', message: say`Pending: ${why}`, since };
  }
  const reason = pod.status?.containerStatuses?.find(s => s.state?.waiting?.reason !== undefined);
  const text = reason?.state?.waiting?.reason ?? say`Pending`;
  return { grade, problem: 'stuck', message: text, since };
}

function running(snapshot: Snapshot, pod: Pod): PodTrouble | null {
  if (pod.status?.phase === 'Succeeded') return null;
  if (!isOnLiveNode(snapshot, pod)) return abandoned(snapshot, pod);
  const ready = pod.status?.conditions?.find(c => c.type === 'Ready');
  if (ready?.status !== 'True') {
    const since = readySince(pod);
    const started = pod.status?.startTime ?? pod.metadata.creationTimestamp ?? 0;
    const grade = snapshot.now - started <= START_GRACE ? 'starting' : 'not-ready';
    const message = ready?.message ?? say`Running, not Ready`;
    return { grade, problem: 'not-ready', message, since };
  }
  return restarted(snapshot, pod);
}

/** Whatever it said last, nobody vouches for it any more. Where thousands of nodes are silent, it is said once for each pod. */
function abandoned(snapshot: Snapshot, pod: Pod): PodTrouble {
  const isKnown = nodeStates(snapshot).has(pod.spec?.nodeName ?? '');
  return (isKnown ? onSilentNode : onGoneNode)(pod);
}

const onSilentNode = memo((pod: Pod) => nodeTrouble(pod, say`is silent`));
const onGoneNode = memo((pod: Pod) => nodeTrouble(pod, say`is gone`));

function nodeTrouble({ spec }: Pod, fate: Safe): PodTrouble {
  const message = say`on ${spec?.nodeName ?? say`its node`}, which ${fate}`;
  return { grade: 'not-ready', problem: 'not-ready', message, since: null };
}

/** Two or more restarts with the last one lately: old restarts are history, not trouble. */
function restarted(snapshot: Snapshot, pod: Pod): PodTrouble | null {
  for (const status of pod.status?.containerStatuses ?? []) {
    const ended = status.lastState?.terminated?.finishedAt;
    const restarts = status.restartCount ?? 0;
    if (restarts < 2 || ended === undefined) continue;
    const began = Math.max(ended, status.state?.running?.startedAt ?? ended);
    if (snapshot.now - began > RECENT) continue;
    const last = status.lastState?.terminated;
    const how = last === undefined ? say`ended` : endText(last);
    const message = say`${restarts} restarts, last ${calmAge(snapshot.now - ended)} ago (${how})`;
    return { grade: 'weak', problem: 'restarting', message, since: ended };
  }
  return null;
}

function readySince(pod: Pod): number | null {
  const ready = pod.status?.conditions?.find(c => c.type === 'Ready');
  return ready?.lastTransitionTime ?? pod.metadata.creationTimestamp ?? null;
}
