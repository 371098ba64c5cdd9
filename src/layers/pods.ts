import type { Pod } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { compare } from './judgement.ts';
import { memo, memoOn } from './memo.ts';
import { nodeStates } from './node-state.ts';

/** Where pods are known from; where two know the same pod, the later has the newer word on it. */
const podStreams = ['pods-pending', 'pods-dns', 'pods-cni', 'pods-flux', 'pods-system'] as const;

/** Every pod that any watch knows, once each, in no particular order: sorting tens of thousands costs too much. */
export const knownPods: (snapshot: Snapshot) => readonly Pod[] = memoOn(
  ({ streams }) => [
    streams['pods-system'].items,
    streams['pods-pending'].items,
    streams['pods-cni'].items,
    streams['pods-flux'].items,
    streams['pods-dns'].items,
  ],
  snapshot => {
    const all = new Map<string, Pod>();
    for (const id of podStreams) {
      for (const [key, pod] of snapshot.streams[id].items) all.set(key, pod);
    }
    return [...all.values()];
  },
);

/** A pod by name, as the watch knows it that is closest to it. */
export function knownPod(snapshot: Snapshot, namespace: string, name: string): Pod | undefined {
  const key = `${namespace}/${name}`;
  return podStreams.reduce<Pod | undefined>(
    (found, id) => snapshot.streams[id].items.get(key) ?? found,
    undefined,
  );
}

/** The known pods of a namespace that carry all the labels, in order of name; an empty selector selects none. */
export function podsMatching(
  snapshot: Snapshot,
  namespace: string,
  labels: Readonly<Record<string, string>> | undefined,
): readonly Pod[] {
  const wanted = Object.entries(labels ?? {});
  if (wanted.length === 0) return [];
  const found = podStreams
    .map(id => selected(snapshot.streams[id].items, namespace, wanted))
    .filter(pods => pods.length > 0);
  if (found.length <= 1) return found[0] ?? [];
  return [...new Map(found.flat().map(pod => [pod.metadata.name, pod])).values()].sort(byName);
}

type Items = ReadonlyMap<string, Pod>;

/** Items keep their identity while their stream is quiet, so most selections are made once and read often. */
const selections: (items: Items) => Map<string, readonly Pod[]> = memo(() => new Map());
/** Pods of one template share one set of labels, so a selector is asked once for all of them. Each group is in order of name. */
const byLabels: (items: Items) => ReadonlyMap<Pod['metadata']['labels'], readonly Pod[]> = memo(items =>
  Map.groupBy([...items.values()].sort(byName), pod => pod.metadata.labels),
);

function selected(
  items: Items,
  namespace: string,
  wanted: readonly (readonly [string, string])[],
): readonly Pod[] {
  const made = selections(items);
  const key = JSON.stringify([namespace, wanted]);
  const known = made.get(key);
  if (known !== undefined) return known;
  const groups = [...byLabels(items)]
    .filter(([labels]) => wanted.every(([label, value]) => labels?.[label] === value))
    .map(([, pods]) => pods.filter(pod => pod.metadata.namespace === namespace))
    .filter(pods => pods.length > 0);
  const pods = groups.length === 1 ? groups[0] : groups.flat().sort(byName);
  made.set(key, pods ?? []);
  return pods ?? [];
}

function byName(a: Pod, b: Pod): number {
  return compare(a.metadata.name, b.metadata.name);
}

/** True when the pod says Ready and its node proves that the word is fresh; a pod on a dead or vanished node is not ready. */
export function isPodReady(snapshot: Snapshot, pod: Pod): boolean {
  return saysReady(pod) && isOnLiveNode(snapshot, pod);
}

/** The word of the pod alone. */
export const saysReady = memo(
  ({ metadata, status }: Pod): boolean =>
    status?.phase === 'Running' &&
    metadata.deletionTimestamp === undefined &&
    status.conditions?.find(c => c.type === 'Ready')?.status === 'True',
);

/** False when the pod's node is dead or gone. Where nodes cannot be read, nothing speaks against it. */
export function isOnLiveNode(snapshot: Snapshot, pod: Pod): boolean {
  const name = pod.spec?.nodeName;
  if (name === undefined || snapshot.streams.nodes.freshness.state === 'failed') return true;
  if (snapshot.streams.nodes.freshness.state === 'waiting') return true;
  return nodeStates(snapshot).get(name)?.alive ?? false;
}
