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
  const byName = new Map(found.flat().map(pod => [pod.metadata.name, pod]));
  return [...byName.values()].sort((a, b) => compare(a.metadata.name, b.metadata.name));
}

type Items = ReadonlyMap<string, Pod>;

/** Items keep their identity while their stream is quiet, so most selections are made once and read often. */
const selections: (items: Items) => Map<string, readonly Pod[]> = memo(() => new Map());
const byNamespace: (items: Items) => ReadonlyMap<string, readonly Pod[]> = memo(items =>
  Map.groupBy(items.values(), pod => pod.metadata.namespace ?? ''),
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
  const pods = (byNamespace(items).get(namespace) ?? [])
    .filter(pod => wanted.every(([label, value]) => pod.metadata.labels?.[label] === value))
    .sort((a, b) => compare(a.metadata.name, b.metadata.name));
  made.set(key, pods);
  return pods;
}

/** True when the pod says Ready and its node proves that the word is fresh; a pod on a dead or vanished node is not ready. */
export function isPodReady(snapshot: Snapshot, pod: Pod): boolean {
  if (pod.status?.phase !== 'Running' || pod.metadata.deletionTimestamp !== undefined) return false;
  if (pod.status.conditions?.find(c => c.type === 'Ready')?.status !== 'True') return false;
  return isOnLiveNode(snapshot, pod);
}

/** False when the pod's node is dead or gone. Where nodes cannot be read, nothing speaks against it. */
export function isOnLiveNode(snapshot: Snapshot, pod: Pod): boolean {
  const name = pod.spec?.nodeName;
  if (name === undefined || snapshot.streams.nodes.freshness.state === 'failed') return true;
  if (snapshot.streams.nodes.freshness.state === 'waiting') return true;
  return nodeStates(snapshot).get(name)?.alive ?? false;
}
