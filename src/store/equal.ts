import type { Snapshot } from '../cluster/snapshot.ts';
import { streamIds } from '../cluster/streams.ts';
import type { Model } from './app-state.ts';

/** Moments that advance on every heartbeat: they alone are no reason to draw. */
const moments = new Set(['at', 'confirmedAt']);
/** Streams that renew all the time and that no pane lists. */
const quiet = new Set(['node-leases', 'system-leases', 'flux-leases']);

/** True when both would be shown the same way. Objects are compared by identity: snapshots share what did not change. */
export function sameModel(a: Model | null, b: Model | null): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  return (
    sameSnapshot(a.snapshot, b.snapshot) &&
    sameValue(a.diagnosis, b.diagnosis) &&
    sameValue(a.fix, b.fix) &&
    sameValue(a.remedies, b.remedies)
  );
}

/** Deep equality of plain data, apart from the moments of confirmation. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  const other = b as Readonly<Record<string, unknown>>;
  return keys.every(
    key =>
      moments.has(key) ||
      (Object.hasOwn(other, key) && sameValue((a as Readonly<Record<string, unknown>>)[key], other[key])),
  );
}

function sameSnapshot(a: Snapshot, b: Snapshot): boolean {
  return (
    a.api.reach === b.api.reach &&
    a.api.failure?.since === b.api.failure?.since &&
    a.api.version === b.api.version &&
    a.context === b.context &&
    streamIds.every(
      id =>
        a.streams[id].freshness.state === b.streams[id].freshness.state &&
        (quiet.has(id) || a.streams[id].items === b.streams[id].items),
    )
  );
}
