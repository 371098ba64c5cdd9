import { type KindId, kinds } from '../../src/cluster/kinds.ts';
import type { ApiFacts, Freshness, PodOverview, Snapshot, Streams } from '../../src/cluster/snapshot.ts';
import { type StreamId, streamIds, streams } from '../../src/cluster/streams.ts';
import type { Told } from '../../src/cluster/told.ts';
import { field } from '../../src/text/field.ts';

const nothingTold: Told = { cni: null, dns: null, flux: null, criticalServices: [] };

/** The moment at which the tests' clusters stand still. */
export const NOW = Date.parse('2026-01-02T03:04:05Z');
/** An RFC 3339 time so many seconds before NOW. */
export const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString();

export interface Given {
  readonly objects?: Partial<Record<StreamId, readonly unknown[]>>;
  /** Trust per stream; live, confirmed now, unless said otherwise. */
  readonly freshness?: Partial<Record<StreamId, Freshness>>;
  readonly api?: Partial<ApiFacts>;
  readonly pods?: Partial<PodOverview>;
  readonly probes?: Snapshot['probes'];
  readonly logs?: Snapshot['logs'];
  readonly groups?: readonly string[];
  readonly told?: Partial<Told>;
  readonly now?: number;
}

/** Builds a Snapshot from raw API objects, through the same readers that real answers pass. */
export function snapshotOf(given: Given = {}): Snapshot {
  const live: Freshness = { state: 'live', confirmedAt: given.now ?? NOW };
  const built = streamIds.map(id => {
    const items = new Map<string, unknown>();
    for (const raw of given.objects?.[id] ?? []) {
      const object = kinds[streams[id].kind as KindId].read(raw) as
        | { metadata: { name: string; namespace?: string } }
        | undefined;
      if (object === undefined) continue;
      const { namespace, name } = object.metadata;
      items.set(namespace === undefined ? name : `${namespace}/${name}`, object);
    }
    return [id, { freshness: given.freshness?.[id] ?? live, items }];
  });
  return {
    now: given.now ?? NOW,
    context: field('homelab'),
    ...(given.told === undefined ? {} : { told: { ...nothingTold, ...given.told } }),
    fluxNamespace: field('flux-system'),
    api: {
      reach: 'reached',
      failure: null,
      server: field('https://10.0.0.10:6443'),
      version: field('v1.33.1'),
      readyz: { passed: 31, failed: [] },
      lastReplyAt: NOW,
      serverCertificateExpires: NOW + 212 * 86_400_000,
      clientCertificateExpires: NOW + 212 * 86_400_000,
      clockSkew: 0,
      ...given.api,
    },
    groups: new Map((given.groups ?? defaultGroups).map(group => [group, field('v1')])),
    streams: Object.fromEntries(built) as Streams,
    pods: { freshness: live, total: 0, byStatus: new Map(), byNode: new Map(), ...given.pods },
    probes: given.probes ?? [],
    logs: given.logs ?? [],
  };
}

const defaultGroups = [
  'apps',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'fluxcd.controlplane.io',
  'kustomize.toolkit.fluxcd.io',
  'helm.toolkit.fluxcd.io',
  'source.toolkit.fluxcd.io',
];
