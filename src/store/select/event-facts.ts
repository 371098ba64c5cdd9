import type { ObjectRef } from '../../cluster/object-ref.ts';
import { type Safe, say } from '../../text/safe.ts';
import type { AppState } from '../app-state.ts';
import type { ReadEvent, Reading } from '../looking.ts';
import { lastSeen } from './events.ts';
import { type Fact, fact } from './fact.ts';

/** More events than this are no longer read. */
const MOST = 10;

/** The events about one object, newest first: what the watch has of warnings, and what was listed on demand. */
export function eventFacts(state: AppState, ref: ObjectRef, reading: Reading | null): readonly Fact[] {
  const all = folded([...watched(state, ref), ...(reading?.events ?? [])]);
  const title = fact(say`Events`, 'strong');
  const refusal = reading?.eventsMessage == null ? [] : [fact(reading.eventsMessage, 'warn', 2)];
  if (all.length > 0) return [title, ...all.slice(0, MOST).flatMap(eventFact), ...refusal];
  if (refusal.length > 0) return [title, ...refusal];
  if (reading?.state !== 'read') return [];
  return [title, fact(say`none about it in the last hour`, 'dim', 2)];
}

function eventFact({ reason, message, count, last, isWarning }: ReadEvent): readonly Fact[] {
  const times = count > 1 ? say` ×${count}` : ('' as Safe);
  return [
    fact(say`${reason}${times}`, isWarning ? 'warn' : 'plain', 2, { since: last }),
    fact(message, 'dim', 4),
  ];
}

function watched({ world }: AppState, ref: ObjectRef): readonly ReadEvent[] {
  const found: ReadEvent[] = [];
  for (const event of world.model?.snapshot.streams.events.items.values() ?? []) {
    const about = event.involvedObject;
    if (about?.name !== ref.name || about.kind !== ref.kind) continue;
    if (ref.namespace !== null && (about.namespace ?? null) !== ref.namespace) continue;
    found.push({
      reason: event.reason ?? ('' as Safe),
      message: event.message ?? ('' as Safe),
      count: event.series?.count ?? event.count ?? 1,
      last: lastSeen(event),
      isWarning: true,
    });
  }
  return found;
}

/** The same reason and message once, with the highest count: both sources may know the same event. */
function folded(events: readonly ReadEvent[]): readonly ReadEvent[] {
  const rows = new Map<string, ReadEvent>();
  for (const event of events) {
    const key = `${event.reason}|${event.message}`;
    const before = rows.get(key);
    const isOlder = before !== undefined && (before.last ?? 0) >= (event.last ?? 0);
    rows.set(key, isOlder ? before : event);
  }
  return [...rows.values()].toSorted((a, b) => (b.last ?? 0) - (a.last ?? 0));
}
