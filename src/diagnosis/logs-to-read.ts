import type { Pod } from '../cluster/kinds.ts';
import type { ObjectRef } from '../cluster/object-ref.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { detectCni } from '../layers/cni-detect.ts';
import { dnsWorkload } from '../layers/dns-workload.ts';
import { fluxControllers } from '../layers/flux-controllers.ts';
import { ref } from '../layers/judgement.ts';
import type { LayerId } from '../layers/layer.ts';
import { podTrouble } from '../layers/pod-trouble.ts';
import { isOnLiveNode, isPodReady, podsMatching } from '../layers/pods.ts';
import type { Safe } from '../text/safe.ts';
import type { Diagnosis } from './diagnosis.ts';

/** One log that is worth a request. */
export interface LogToRead {
  readonly pod: ObjectRef;
  readonly container: Safe;
  /** The run that ended, while the container waits to be started again. */
  readonly previous: boolean;
  /** The same for the same run of the same container. */
  readonly key: string;
}

/** What was asked before, in the same clock as `now` (ms). */
export interface LogsKnown {
  /** By `key`. */
  readonly readAt: ReadonlyMap<string, number>;
  /** By namespace: who may not read one log there may read none. */
  readonly refusedAt: ReadonlyMap<string, number>;
}

/** At most so many logs at a time. */
export const ROUND = 6;
const READ_AGAIN = 60_000;
/** A refusal counts so long (ms). */
export const ASK_AGAIN = 300_000;
const PODS_EACH = 2;
/** A reconciliation that takes longer waits for something. */
const PATIENCE = 60_000;

/** These write down why they cannot go on while their objects still say that they are at work. */
const speakers = ['source-controller', 'kustomize-controller', 'helm-controller'];

/**
 * The logs to read next, those of the lower layers first; none while nothing is broken. Two failing pods of a workload
 * tell as much as all of them.
 */
export function logsToRead(
  snapshot: Snapshot,
  diagnosis: Diagnosis,
  known: LogsKnown,
  now: number,
): readonly LogToRead[] {
  if (snapshot.api.reach !== 'reached' || !isBroken(diagnosis)) return [];
  const flux = fluxControllers(snapshot);
  const fluxPods = (name: string, deployment: (typeof flux)[number]['deployment']) =>
    speakers.includes(name)
      ? podsMatching(snapshot, snapshot.fluxNamespace, deployment?.spec?.selector?.matchLabels)
      : [];
  const failing = [
    cniPods(snapshot),
    dnsWorkload(snapshot).pods,
    ...flux.map(one => one.report.troubled.map(({ pod }) => pod)),
  ].flatMap(pods => failingPods(snapshot, pods).slice(0, PODS_EACH));
  const speaking = isWaiting(snapshot, diagnosis)
    ? flux.flatMap(one =>
        fluxPods(one.name, one.deployment)
          .filter(pod => isPodReady(snapshot, pod))
          .slice(0, 1),
      )
    : [];
  return [...failing, ...speaking]
    .flatMap(toRead)
    .filter(one => since(known.readAt, one.key, now) >= READ_AGAIN)
    .filter(one => since(known.refusedAt, one.pod.namespace ?? '', now) >= ASK_AGAIN)
    .slice(0, ROUND);
}

/** Whether anything is broken that a log could explain. */
export function isBroken({ verdict }: Diagnosis): boolean {
  return verdict === 'down' || verdict === 'degraded';
}

function since(times: ReadonlyMap<string, number>, key: string, now: number): number {
  return now - (times.get(key) ?? Number.NEGATIVE_INFINITY);
}

function cniPods(snapshot: Snapshot): readonly Pod[] {
  const detected = detectCni(snapshot);
  if (detected.kind !== 'found') return [];
  const { metadata, spec } = detected.daemonSet;
  return podsMatching(snapshot, metadata.namespace ?? '', spec?.selector?.matchLabels);
}

/** The kubelet of a silent node cannot be asked for logs. */
function failingPods(snapshot: Snapshot, pods: readonly Pod[]): readonly Pod[] {
  return pods.filter(pod => {
    const grade = podTrouble(snapshot, pod)?.grade;
    return (grade === 'failing' || grade === 'not-ready') && isOnLiveNode(snapshot, pod);
  });
}

/** Applications fail, or something below keeps them from knowing that they do. */
function isWaiting(snapshot: Snapshot, { layers }: Diagnosis): boolean {
  const view = (id: LayerId) => layers.find(one => one.id === id);
  const apps = view('apps');
  if (apps?.verdict === 'down' || apps?.verdict === 'degraded' || apps?.blockedBy != null) return true;
  const isNamed = [view('dns'), view('service-discovery')].every(one => one?.verdict === 'healthy');
  return !isNamed && isLongAtWork(snapshot);
}

function isLongAtWork({ streams, now }: Snapshot): boolean {
  const all = [...streams.kustomizations.items.values(), ...streams.helmreleases.items.values()];
  return all.some(({ spec, status }) => {
    const ready = status?.conditions?.find(one => one.type === 'Ready');
    if (spec?.suspend === true || ready?.status !== 'Unknown') return false;
    return now - (ready.lastTransitionTime ?? now) > PATIENCE;
  });
}

/** The container that fails, else the first; nothing while none of them ever ran. */
function toRead(pod: Pod): readonly LogToRead[] {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const begun = [...initContainerStatuses, ...containerStatuses].filter(
    one =>
      one.state?.running !== undefined || one.state?.terminated !== undefined || one.lastState?.terminated,
  );
  const ended = (one: (typeof begun)[number]) => one.state?.terminated?.exitCode === 0;
  const chosen =
    begun.find(one => one.state?.waiting !== undefined || (one.state?.terminated?.exitCode ?? 0) !== 0) ??
    begun.find(one => one.ready !== true && !ended(one)) ??
    begun.find(one => !ended(one));
  if (chosen?.name === undefined) return [];
  const previous = chosen.state?.waiting !== undefined && chosen.lastState?.terminated !== undefined;
  const key = `${pod.metadata.uid ?? pod.metadata.name} ${chosen.name} ${chosen.restartCount ?? 0} ${previous}`;
  return [{ pod: ref('Pod', pod.metadata), container: chosen.name, previous, key }];
}
