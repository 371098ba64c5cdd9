import type { Freshness, Snapshot, StreamReason } from '../cluster/snapshot.ts';
import { type StreamId, type StreamPlan, streams } from '../cluster/streams.ts';
import { calmAge } from '../text/age.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import { finding } from './judgement.ts';
import type { Finding, UnknownReason } from './layer.ts';

/** How far a set of streams can be trusted together: as far as the worst of them. */
export type Trust =
  | { readonly state: 'live'; readonly confirmedAt: number | null }
  | { readonly state: 'stale'; readonly confirmedAt: number; readonly message: Safe }
  | {
      readonly state: 'unknown';
      readonly reason: UnknownReason;
      readonly message: Safe;
      readonly confirmedAt: number | null;
    };

const reasons: Readonly<Record<StreamReason, UnknownReason>> = {
  refused: 'api',
  unreachable: 'api',
  dns: 'api',
  tls: 'api',
  'server-error': 'api',
  closed: 'api',
  timeout: 'timeout',
  silent: 'timeout',
  throttled: 'timeout',
  unauthorized: 'unauthorized',
  credentials: 'unauthorized',
  rbac: 'rbac',
  parse: 'parse',
  'too-large': 'parse',
  'not-served': 'not-configured',
};

/**
 * The trust that a verdict resting on these streams deserves. A kind that the API does not serve is no reason for
 * doubt (its absence is knowledge); one that failed or was not read yet makes the whole unknown, an old one makes it stale.
 * `confirmedAt` is the oldest confirmation among them.
 */
export function trustOf(snapshot: Snapshot, ids: readonly StreamId[]): Trust {
  return trustIn(
    snapshot.now,
    ids.map(id => ({ id, freshness: snapshot.streams[id].freshness })),
  );
}

/** The same for anything that is read, such as the table of all pods. `id` names it in messages. */
export function trustIn(
  now: number,
  entries: readonly { readonly id: string; readonly freshness: Freshness }[],
): Trust {
  const confirmed = entries.flatMap(e => ('confirmedAt' in e.freshness ? [e.freshness.confirmedAt] : []));
  const confirmedAt = confirmed.length === 0 ? null : confirmed.reduce((a, b) => Math.min(a, b));
  for (const { id, freshness } of entries) {
    if (freshness.state === 'failed' && freshness.reason !== 'not-served') {
      return { ...refusal(id, freshness), confirmedAt };
    }
  }
  const waiting = entries.find(e => e.freshness.state === 'waiting');
  if (waiting !== undefined) {
    return { state: 'unknown', reason: 'waiting', message: say`waiting for the first answer`, confirmedAt };
  }
  const old = entries.flatMap(e => (e.freshness.state === 'stale' ? [e.freshness] : []));
  const first = old.reduce((a, b) => (a === undefined || b.confirmedAt < a.confirmedAt ? b : a), old[0]);
  if (first === undefined) return { state: 'live', confirmedAt };
  const message = say`not confirmed for ${calmAge(now - first.confirmedAt)}: ${first.message}`;
  return { state: 'stale', confirmedAt: first.confirmedAt, message };
}

function refusal(id: string, freshness: Freshness & { state: 'failed' }) {
  const reason = reasons[freshness.reason];
  const name = nameOf(id);
  const message =
    reason === 'rbac' ? say`not allowed to read ${name}` : say`cannot read ${name}: ${freshness.message}`;
  return { state: 'unknown' as const, reason, message };
}

/** What a person calls the stream: the kind and where it was looked for. */
function nameOf(id: string): Safe {
  if (!isStream(id)) return field(id);
  const { kind, namespace }: StreamPlan = streams[id];
  if (namespace === undefined) return field(kind);
  return typeof namespace === 'string'
    ? say`${field(kind)} in ${field(namespace)}`
    : say`${field(kind)} of Flux`;
}

function isStream(id: string): id is StreamId {
  return Object.hasOwn(streams, id);
}

/** True when the stream's items are known to be as they are now. A kind that is not served has none, and that is known. */
export function isLive(snapshot: Snapshot, id: StreamId): boolean {
  const state = snapshot.streams[id].freshness.state;
  return state === 'live' || state === 'absent';
}

/** True when the API is known not to serve the kind of this stream. */
export function isAbsent(snapshot: Snapshot, id: StreamId): boolean {
  const freshness = snapshot.streams[id].freshness;
  return freshness.state === 'absent' || (freshness.state === 'failed' && freshness.reason === 'not-served');
}

/** Notes for streams that would only add detail (events, releases): their lack never changes a verdict, but it is said. */
export function unreadable(snapshot: Snapshot, ids: readonly StreamId[]): readonly Finding[] {
  return ids.flatMap(id => {
    const freshness = snapshot.streams[id].freshness;
    if (freshness.state !== 'failed' || freshness.reason === 'not-served') return [];
    const { message } = refusal(id, freshness);
    return [finding({ problem: 'not-readable', severity: 'note', message })];
  });
}
