import type { Safe } from '../text/safe.ts';
import type { ApiFacts, Freshness, Snapshot, Stream, Streams } from './snapshot.ts';
import { streamIds } from './streams.ts';

const freshness: Freshness = { state: 'waiting' };
const stream: Stream<unknown> = { freshness, items: new Map() };
const streams = Object.fromEntries(streamIds.map(id => [id, stream])) as unknown as Streams;

/** A snapshot without any object: what stands behind a conclusion that was written down and read back. */
export function emptySnapshot(now: number, context: Safe, api: ApiFacts): Snapshot {
  return {
    now,
    context,
    fluxNamespace: '' as Safe,
    api,
    groups: null,
    streams,
    pods: { freshness, total: 0, byStatus: new Map(), byNode: new Map() },
    probes: [],
    logs: [],
  };
}
