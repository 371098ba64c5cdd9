import type { Event } from '../../cluster/kinds.ts';
import type { ObjectRef } from '../../cluster/object-ref.ts';
import { type LayerId, layerIds } from '../../layers/layer.ts';
import type { Safe } from '../../text/safe.ts';
import type { AppState } from '../app-state.ts';
import { selectedLayer } from './chosen.ts';

/** Warnings that say the same, folded into one. */
export interface EventRow {
  readonly ref: ObjectRef;
  readonly reason: Safe;
  readonly message: Safe;
  readonly count: number;
  /** Objects that complain of it. */
  readonly objects: number;
  readonly last: number | null;
  /** It belongs to the selected layer; the others follow below. */
  readonly mine: boolean;
}

let remembered: { items: unknown; layer: LayerId; filter: string; rows: readonly EventRow[] } | null = null;

/** Warnings, those of the selected layer first, newest first. The last answer is kept: a frame asks several times. */
export function eventRows(state: AppState): readonly EventRow[] {
  const items = state.world.model?.snapshot.streams.events.items;
  if (items === undefined) return [];
  const layer = selectedLayer(state);
  const { filter } = state.view;
  if (remembered?.items === items && remembered.layer === layer && remembered.filter === filter) {
    return remembered.rows;
  }
  const rows = fold([...items.values()], layer)
    .filter(row => matches(row, filter))
    .toSorted((a, b) => Number(b.mine) - Number(a.mine) || (b.last ?? 0) - (a.last ?? 0));
  remembered = { items, layer, filter, rows };
  return rows;
}

/** The warnings that the tab lists: those of the selected layer, or of all. */
export function shownEvents(state: AppState): readonly EventRow[] {
  const all = eventRows(state);
  return state.view.everywhere ? all : all.filter(row => row.mine);
}

/** When an event was seen last: newer API servers say it in the series. */
export function lastSeen(event: Event): number | null {
  return (
    event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp ?? null
  );
}

function fold(events: readonly Event[], layer: LayerId): EventRow[] {
  const rows = new Map<string, { row: EventRow; names: Set<string> }>();
  for (const event of events) {
    const ref = refOf(event);
    const message = event.message ?? ('' as Safe);
    const key = `${ref.kind}|${event.reason}|${message.replace(/[0-9a-f]{5,}|\d+/g, '#').slice(0, 120)}`;
    const count = event.series?.count ?? event.count ?? 1;
    const last = lastSeen(event);
    const before = rows.get(key);
    const names = before?.names ?? new Set<string>();
    names.add(`${ref.namespace}/${ref.name}`);
    const isNewer = before === undefined || (last ?? 0) >= (before.row.last ?? 0);
    const newest = isNewer ? { ref, message, last } : before.row;
    const row = {
      ref: newest.ref,
      reason: event.reason ?? ('' as Safe),
      message: newest.message,
      last: newest.last,
      count: (before?.row.count ?? 0) + count,
      objects: names.size,
      mine: belongs(event, layer),
    };
    rows.set(key, { row, names });
  }
  return [...rows.values()].map(entry => entry.row);
}

function refOf(event: Event): ObjectRef {
  const about = event.involvedObject;
  return {
    kind: about?.kind ?? ('?' as Safe),
    namespace: about?.namespace ?? null,
    name: about?.name ?? event.metadata.name,
  };
}

const cniName = /cilium|calico|flannel|canal|kube-router|kube-proxy|tigera/;
const gitops = /^(Kustomization|HelmRelease|GitRepository|OCIRepository|HelmRepository|HelmChart|Bucket)$/;

function belongs(event: Event, layer: LayerId): boolean {
  const { kind = '', name = '', namespace = '' } = event.involvedObject ?? {};
  const isNetwork = /Sandbox|NetworkNotReady|CNI/i.test(event.reason ?? '');
  switch (layer) {
    case 'api':
      return /kube-apiserver|etcd|kube-controller|kube-scheduler/.test(name);
    case 'nodes':
      return kind === 'Node';
    case 'cni':
      return cniName.test(name);
    case 'pod-network':
      return isNetwork;
    case 'dns':
      return /coredns|kube-dns/.test(name);
    case 'service-discovery':
      return kind === 'Service' || kind === 'EndpointSlice';
    case 'flux':
      return namespace === 'flux-system' && !gitops.test(kind);
    case 'apps':
      return gitops.test(kind) || !layerIds.some(other => other !== 'apps' && belongs(event, other));
  }
}

function matches(row: EventRow, filter: string): boolean {
  if (filter === '') return true;
  const text = `${row.ref.kind} ${row.ref.namespace}/${row.ref.name} ${row.reason} ${row.message}`;
  return text.toLowerCase().includes(filter.toLowerCase());
}
