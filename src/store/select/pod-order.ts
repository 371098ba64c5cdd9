import type { Pod } from '../../cluster/kinds.ts';
import type { Safe } from '../../text/safe.ts';

type Status = NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number];

/** Pods in the order in which one looks at them: those that fail first, then those that restarted, then the rest. */
export function worstFirst(pods: readonly Pod[]): readonly Pod[] {
  return pods.toSorted((a, b) => trouble(b) - trouble(a) || (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** The container whose log tells most: the failing one, else the first. Null when the pod names none. */
export function containerToRead(pod: Pod): Safe | null {
  const init = pod.status?.initContainerStatuses ?? [];
  const main = pod.status?.containerStatuses ?? [];
  const failing = [...init.filter(isFailingInit), ...main.filter(isFailing)][0];
  return failing?.name ?? containersOf(pod)[0] ?? null;
}

/** Names of all containers, the main ones first. */
export function containersOf({ spec }: Pod): readonly Safe[] {
  return [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].flatMap(({ name }) => name ?? []);
}

function trouble(pod: Pod): number {
  const all = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  if (pod.status?.phase === 'Succeeded') return 0;
  if (all.some(status => isCrash(status))) return 5;
  if (pod.status?.phase === 'Failed') return 4;
  const isReady =
    all.length > 0 && (pod.status?.containerStatuses ?? []).every(({ ready }) => ready === true);
  if (!isReady) return 3;
  return all.some(status => (status.restartCount ?? 0) > 0) ? 2 : 1;
}

function isCrash({ state, lastState }: Status): boolean {
  const { waiting, terminated } = state ?? {};
  if (terminated !== undefined) return (terminated.exitCode ?? 0) !== 0;
  return (
    waiting !== undefined && (waiting.reason === 'CrashLoopBackOff' || lastState?.terminated !== undefined)
  );
}

function isFailing(status: Status): boolean {
  return isCrash(status) || status.state?.waiting !== undefined || status.ready === false;
}

/** An init container that ended well is done, not failing. */
function isFailingInit(status: Status): boolean {
  return isCrash(status) || (status.state?.running !== undefined && status.ready !== true);
}
