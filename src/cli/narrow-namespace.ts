import type { ObjectRef } from '../cluster/object-ref.ts';
import type { Snapshot, Stream } from '../cluster/snapshot.ts';
import { clusterVerdict } from '../diagnosis/cluster-verdict.ts';
import type { Diagnosis, LayerView } from '../diagnosis/diagnosis.ts';
import { appsLayer } from '../layers/apps.ts';
import { appItems } from '../layers/apps-items.ts';
import type { App, Item } from '../layers/apps-model.ts';
import { sourceItems } from '../layers/apps-sources.ts';

/**
 * A diagnosis whose Applications are those of one namespace (they live there, or install there) and what they depend on.
 * Everything below stays as it is: the namespace stands on the same ground as all others. The snapshot itself is not
 * cut, since what guards a repair must see the whole cluster.
 */
export function narrowedToNamespace(diagnosis: Diagnosis, snapshot: Snapshot, namespace: string): Diagnosis {
  const below = new Map(diagnosis.layers.map(layer => [layer.id, layer]));
  const judged = appsLayer.judge(only(snapshot, namespace), below);
  const { findings, summary, measure } = judged;
  const layers = diagnosis.layers.map((layer): LayerView => {
    if (layer.id !== 'apps') return layer;
    // What a lower layer explains stays explained by it; otherwise the narrower judgement is the whole truth.
    if (layer.blockedBy !== null) return { ...layer, findings, summary, measure };
    return { ...layer, ...judged, since: judged.since ?? findings[0]?.since ?? null };
  });
  const [root, ...otherRoots] = [diagnosis.root, ...diagnosis.otherRoots].flatMap(one =>
    one !== null && (one.layer !== 'apps' || findings.some(({ object }) => isSame(object, one.object)))
      ? [one]
      : [],
  );
  return { ...diagnosis, verdict: clusterVerdict(layers), root: root ?? null, otherRoots, layers };
}

/** The same as a step of an assessment, for a namespace that may not have been named. */
export function namespaceNarrower(namespace: string | undefined) {
  return (diagnosis: Diagnosis, snapshot: Snapshot): Diagnosis =>
    namespace === undefined ? diagnosis : narrowedToNamespace(diagnosis, snapshot, namespace);
}

function isSame(a: ObjectRef | null, b: ObjectRef | null): boolean {
  return a?.kind === b?.kind && a?.namespace === b?.namespace && a?.name === b?.name;
}

/** The streams of Flux, and the kind that each one holds. */
const kinds = {
  kustomizations: 'Kustomization',
  helmreleases: 'HelmRelease',
  gitrepositories: 'GitRepository',
  ocirepositories: 'OCIRepository',
  helmrepositories: 'HelmRepository',
  helmcharts: 'HelmChart',
  buckets: 'Bucket',
} as const;

function only(snapshot: Snapshot, namespace: string): Snapshot {
  const apps = appItems(snapshot);
  const wanted = closure(
    [...apps.values()].filter(app => isIn(app, namespace)),
    [apps, sourceItems(snapshot)],
  );
  const cut = Object.entries(kinds).map(([id, kind]) => {
    const stream = snapshot.streams[id as keyof typeof kinds];
    return [id, where<unknown>(stream, key => wanted.has(`${kind}/${key}`))];
  });
  const releases = where(snapshot.streams['helm-releases'], key => key.startsWith(`${namespace}/`));
  const streams = { ...snapshot.streams, ...Object.fromEntries(cut), 'helm-releases': releases };
  return { ...snapshot, streams };
}

function isIn({ object }: App, namespace: string): boolean {
  return object.metadata.namespace === namespace || object.spec?.targetNamespace === namespace;
}

/** The keys of these and of everything that they need, however far down. */
function closure(from: readonly Item[], known: readonly ReadonlyMap<string, Item>[]): ReadonlySet<string> {
  const keys = new Set<string>();
  const queue = [...from];
  for (let item = queue.pop(); item !== undefined; item = queue.pop()) {
    if (keys.has(item.key)) continue;
    keys.add(item.key);
    for (const { key } of item.needs) queue.push(...known.flatMap(items => items.get(key) ?? []));
  }
  return keys;
}

function where<T>({ freshness, items }: Stream<T>, keep: (key: string) => boolean): Stream<T> {
  return { freshness, items: new Map([...items].filter(([key]) => keep(key))) };
}
