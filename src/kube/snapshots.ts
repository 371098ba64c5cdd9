import type { LogEvidence } from '../cluster/log-evidence.ts';
import type { ProbeResult } from '../cluster/probe-results.ts';
import type { ApiFacts, PodOverview, Snapshot, Stream, Streams } from '../cluster/snapshot.ts';
import { type StreamId, streamIds } from '../cluster/streams.ts';
import type { Told } from '../cluster/told.ts';
import { field } from '../text/field.ts';
import { identifier } from '../text/look-alike.ts';
import type { Safe } from '../text/safe.ts';

export interface SnapshotSources {
  readonly context: string;
  readonly fluxNamespace: string;
  readonly told?: Told | undefined;
  readonly now: () => number;
  readonly api: () => ApiFacts;
  readonly groups: () => ReadonlyMap<string, Safe> | null;
  readonly stream: (id: StreamId) => Stream<unknown>;
  readonly pods: () => PodOverview;
  readonly probes: () => readonly ProbeResult[];
  readonly logs: () => readonly LogEvidence[];
}

/** Ages are shown in seconds: within one, an unchanged world keeps its identity. */
const SAME_MOMENT = 1_000;

/** Puts the parts together. A part that did not change keeps its identity, so that a comparison of references is enough. */
export function snapshots(sources: SnapshotSources): () => Snapshot {
  const context = identifier(sources.context);
  const fluxNamespace = field(sources.fluxNamespace);
  const told = sources.told === undefined ? {} : { told: sources.told };
  let last: Snapshot | null = null;
  return () => {
    const now = sources.now();
    const parts = {
      api: sources.api(),
      groups: sources.groups(),
      streams: streamsOf(sources, last?.streams),
      pods: sources.pods(),
      probes: sources.probes(),
      logs: sources.logs(),
    };
    const isSame =
      last !== null &&
      Math.abs(now - last.now) < SAME_MOMENT &&
      last.api === parts.api &&
      last.groups === parts.groups &&
      last.streams === parts.streams &&
      last.pods === parts.pods &&
      last.probes === parts.probes &&
      last.logs === parts.logs;
    if (last === null || !isSame) last = { now, context, fluxNamespace, ...told, ...parts };
    return last;
  };
}

function streamsOf({ stream }: SnapshotSources, previous: Streams | undefined): Streams {
  const next = streamIds.map(id => [id, stream(id)] as const);
  if (previous !== undefined && next.every(([id, value]) => previous[id] === value)) return previous;
  // Each stream holds what its own kind's reader returned, which is what the type says stream by stream.
  return Object.fromEntries(next) as unknown as Streams;
}
