import { ApiFailure, type Json, type Stored } from '../world.ts';
import { hashName, stamp } from './objects.ts';
import type { Life } from './switches.ts';
import { apiServes } from './work-queue.ts';

export interface EventText {
  readonly type?: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly component: string;
  readonly host?: string;
}

const TTL_MS = 3_600_000;

/** Writes an event, counting up the one that says the same of the same object. A refused one is lost, as always. */
export function recordEvent(life: Life, about: Stored, text: EventText): void {
  if (!apiServes(life)) return;
  const { namespace = 'default', name, uid } = about.metadata;
  const said = `${uid}|${text.reason}|${text.component}|${text.message}`;
  const eventName = `${name}.${hashName(said, 16)}`;
  const now = stamp(life.clock.now());
  const known = life.world.update('/events', namespace, eventName, draft => {
    draft.count += 1;
    draft.lastTimestamp = now;
  });
  if (known !== undefined) return;
  try {
    life.world.create('/events', eventObject(about, text, { namespace, eventName, now }));
  } catch (failure) {
    if (!(failure instanceof ApiFailure)) throw failure;
  }
}

/** Takes away events older than an hour, as the API server's storage does. */
export function startEventExpiry(life: Life): () => void {
  return life.clock.every(60_000, () => {
    if (!apiServes(life)) return;
    const limit = life.clock.now() - TTL_MS;
    for (const event of life.world.list('/events')) {
      if (Date.parse(event.lastTimestamp) < limit)
        life.world.remove('/events', event.metadata.namespace, event.metadata.name);
    }
  });
}

/** The event object itself; also the seed's way to write an old one. */
export function eventObject(
  about: Stored,
  text: EventText,
  at: { namespace: string; eventName: string; now: string },
): Json {
  const { metadata } = about;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: at.eventName, namespace: at.namespace },
    involvedObject: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      name: metadata.name,
      ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      uid: metadata.uid,
      resourceVersion: metadata.resourceVersion,
    },
    type: text.type ?? 'Normal',
    reason: text.reason,
    message: text.message,
    count: 1,
    firstTimestamp: at.now,
    lastTimestamp: at.now,
    eventTime: null,
    source: { component: text.component, ...(text.host === undefined ? {} : { host: text.host }) },
    reportingComponent: text.component,
    reportingInstance: text.host ?? '',
  };
}
