import { kinds } from '../../cluster/kinds.ts';
import type { ObjectRef } from '../../cluster/object-ref.ts';
import type { Snapshot, Stream } from '../../cluster/snapshot.ts';
import { type StreamId, streams } from '../../cluster/streams.ts';
import type { LayerId } from '../../layers/layer.ts';
import type { Safe } from '../../text/safe.ts';
import type { AppState } from '../app-state.ts';
import { sameValue } from '../equal.ts';
import type { Kept } from '../looking.ts';
import { selectedLayer } from './chosen.ts';
import { type Missing, missingObjects, missingWord } from './missing-objects.ts';
import { type Word, words } from './object-word.ts';

export interface ObjectRow extends Word {
  readonly ref: ObjectRef;
}

const cni = /cilium|calico|flannel|canal|kube-router|kube-proxy|tigera/;
const dns = /coredns|kube-dns|node-local-dns/;

/** Where the objects of a layer are found, and which of them are its own. */
const listed: Readonly<Record<LayerId, readonly (readonly [StreamId, RegExp?])[]>> = {
  api: [['apiservices'], ['system-leases', /^kube-(controller|scheduler)/], ['namespaces']],
  nodes: [['nodes']],
  cni: [
    ['daemonsets', cni],
    ['deployments-system', cni],
    ['deployments-cni'],
    ['pods-system', cni],
    ['pods-cni'],
    ['tigerastatuses'],
  ],
  'pod-network': [['pods-pending']],
  dns: [
    ['deployments-system', dns],
    ['pods-system', dns],
  ],
  'service-discovery': [
    ['services-system'],
    ['slices-system'],
    ['service-kubernetes'],
    ['slices-kubernetes'],
  ],
  flux: [['fluxinstances'], ['deployments-flux'], ['pods-flux']],
  apps: [
    ['kustomizations'],
    ['helmreleases'],
    ['gitrepositories'],
    ['ocirepositories'],
    ['helmrepositories'],
    ['helmcharts'],
    ['buckets'],
  ],
};

let remembered: {
  from: readonly unknown[];
  layer: LayerId;
  filter: string;
  missing: readonly Missing[];
  rows: readonly ObjectRow[];
} | null = null;

/**
 * The objects of the selected layer that pass the filter: what it lacks, then the troubled ones. The same list while none of them changed:
 * in a large cluster something else changes all the time, and these may be thousands.
 */
export function objectRows(state: AppState): readonly ObjectRow[] {
  const snapshot = state.world.model?.snapshot;
  if (snapshot === undefined) return [];
  const layer = selectedLayer(state);
  const { filter } = state.view;
  const from = listed[layer].map(([id]) => snapshot.streams[id].items);
  const missing = missingObjects(state, layer);
  const isSame =
    remembered?.layer === layer && remembered.filter === filter && sameValue(remembered.missing, missing);
  if (remembered !== null && isSame && from.every((items, i) => items === remembered?.from[i])) {
    return remembered.rows;
  }
  const there = listed[layer]
    .flatMap(([id, name]) => rowsOf(snapshot, id, name))
    .toSorted((a, b) => rank[a.tone] - rank[b.tone]);
  const gone = missing.map(one => ({ ref: one.ref, ...missingWord(one) }));
  const rows = [...gone, ...there].filter(row => matches(row, filter));
  remembered = { from, layer, filter, missing, rows };
  return rows;
}

const rank: Readonly<Record<Word['tone'], number>> = { bad: 0, warn: 1, ok: 2, dim: 3 };
const unknown: Word = { word: '' as Safe, note: '' as Safe, tone: 'dim', since: null };

function rowsOf(snapshot: Snapshot, id: StreamId, name: RegExp | undefined): ObjectRow[] {
  const { kind } = streams[id];
  const read = words[kind] as ((object: Kept) => Word) | undefined;
  const rows: ObjectRow[] = [];
  for (const object of streamOf(snapshot, id).items.values()) {
    const { metadata } = object;
    if (name !== undefined && !name.test(metadata.name)) continue;
    const ref = {
      kind: kinds[kind].kind as Safe,
      namespace: metadata.namespace ?? null,
      name: metadata.name,
    };
    rows.push({ ref, ...(read?.(object) ?? unknown) });
  }
  return rows;
}

function streamOf(snapshot: Snapshot, id: StreamId): Stream<Kept> {
  return snapshot.streams[id] as Stream<Kept>;
}

function matches({ ref, word, note }: ObjectRow, filter: string): boolean {
  if (filter === '') return true;
  return `${ref.kind} ${ref.namespace}/${ref.name} ${word} ${note}`
    .toLowerCase()
    .includes(filter.toLowerCase());
}
