import type { Kind } from '../cluster/kinds.ts';
import type { StreamPlan } from '../cluster/streams.ts';
import { say } from '../text/safe.ts';
import { pause } from './abort.ts';
import { accessReviewer } from './access-review.ts';
import type { Discovery } from './discovery.ts';
import { type Failure, failure } from './failure.ts';
import { notAllowed } from './http-errors.ts';
import type { Limits } from './limits.ts';
import { type Listed, listPages } from './list-pages.ts';
import { acceptOf, resourcePath } from './resource-path.ts';
import { keyOf, type StreamState } from './stream-state.ts';
import { subjectOf } from './subject.ts';
import type { TrafficCounter } from './traffic.ts';
import type { Transport } from './transport.ts';
import { type WatchEnd, watchEvents } from './watch-events.ts';

export interface CycleAsk {
  readonly plan: StreamPlan;
  readonly kind: Kind;
  readonly fluxNamespace: string;
  readonly transport: Transport;
  readonly traffic: TrafficCounter;
  readonly discovery: Discovery;
  /** Cluster time, epoch ms. */
  readonly now: () => number;
  readonly limits: Limits;
  readonly slot: <T>(task: () => Promise<T>) => Promise<T>;
  /** A watch brought a change of an object (lists do not count). */
  readonly onEvent: () => void;
}

/** What one round of a stream leaves to the next: the API version that works, and how new the data is. */
export interface Place {
  apiVersion: string;
  /** `undefined` asks for the newest, which is the cure when the server does not know our version. */
  since: string | undefined;
  /** The server said that we may list this kind, for what is only asked for after that. */
  mayList?: true;
}

/**
 * One list and the watches that follow from it, until something is lost: 'expired' when the server forgot the
 * version, else why. `place` is read and moved on.
 */
export async function listAndWatch(
  ask: CycleAsk,
  state: StreamState,
  place: Place,
  signal: AbortSignal,
): Promise<Failure | 'expired'> {
  const found = new Map<string, unknown>();
  const listed = await listServed(ask, found, place, signal);
  if (!listed.ok) {
    place.since = undefined;
    return listed;
  }
  if (signal.aborted) return failure('closed', say`The list was given up.`);
  state.replace(found);
  state.confirm(ask.now());
  place.since = listed.resourceVersion;
  return await watchOn(ask, state, place, listed.resourceVersion, signal);
}

/** A version that is not served (404) is looked up in discovery, once; asking first saves waiting for discovery. */
async function listServed(
  ask: CycleAsk,
  found: Map<string, unknown>,
  place: Place,
  signal: AbortSignal,
): Promise<Listed | Failure> {
  if (ask.plan.askFirst === true && place.mayList !== true) {
    const refusal = await refusedBefore(ask, signal);
    if (refusal !== null) return refusal;
    place.mayList = true;
  }
  const listed = await listInto(ask, found, place, signal);
  if (listed.ok || listed.status !== 404) return listed;
  const served = await ask.discovery.versionOf(ask.kind.group, ask.kind.resource, signal);
  if (served === undefined || served === place.apiVersion) return listed;
  place.apiVersion = served;
  return await listInto(ask, found, place, signal);
}

/** Null when we may, or when nobody can tell: then the request itself will. */
async function refusedBefore(
  { plan, kind, fluxNamespace, transport }: CycleAsk,
  signal: AbortSignal,
): Promise<Failure | null> {
  const { group, resource, version } = kind;
  const namespace = typeof plan.namespace === 'object' ? fluxNamespace : (plan.namespace ?? null);
  const asked = { verb: 'list', group, resource, namespace };
  const request: Transport['request'] = (method, at, options) =>
    transport.request(method, at, { ...options, signal });
  if ((await accessReviewer(request)(asked)) !== 'denied') return null;
  const { path } = resourcePath(kind, version, plan, fluxNamespace);
  return notAllowed(subjectOf('GET', path));
}

function listInto(
  { plan, kind, fluxNamespace, transport, traffic, slot }: CycleAsk,
  found: Map<string, unknown>,
  place: Place,
  signal: AbortSignal,
): Promise<Listed | Failure> {
  return listPages({
    transport,
    at: resourcePath(kind, place.apiVersion, plan, fluxNamespace),
    accept: acceptOf(plan, 'list'),
    slot,
    signal,
    since: place.since,
    start: () => found.clear(),
    take: raw => {
      const object = kind.read(raw);
      const key = keyOf(object);
      if (key === undefined) traffic.unreadable(1);
      else found.set(key, object);
    },
  });
}

async function watchOn(
  ask: CycleAsk,
  state: StreamState,
  place: Place,
  from: string,
  signal: AbortSignal,
): Promise<Failure | 'expired'> {
  const { limits } = ask;
  let resourceVersion = from;
  let confirmed = performance.now();
  for (let first = true; ; first = false) {
    if (!first) ask.traffic.reconnect();
    const opened = performance.now();
    const end: WatchEnd = await watchEvents({
      transport: ask.transport,
      traffic: ask.traffic,
      at: resourcePath(ask.kind, place.apiVersion, ask.plan, ask.fluxNamespace),
      accept: acceptOf(ask.plan, 'watch'),
      resourceVersion,
      timeoutSeconds: watchSeconds(limits),
      silenceMs: Math.max(limits.silence / 90, limits.silence - (opened - confirmed)),
      signal,
      change: (type, object) => {
        const readable = state.apply(type, object);
        if (readable) ask.onEvent();
        return readable;
      },
      confirm: seen => {
        resourceVersion = seen;
        place.since = seen;
        confirmed = performance.now();
        state.confirm(ask.now());
      },
    });
    if (!end.ok) return end;
    if (end.how === 'expired') return 'expired';
    if (performance.now() - opened > limits.shortWatch) continue;
    if (confirmed < opened)
      return failure('closed', say`The API server ends watches at once; listing again later.`, {
        status: 200,
      });
    await pause().rest(limits.jitter, signal);
  }
}

/** Spread out, so that the watches do not all end in the same second. */
function watchSeconds({ watchSeconds: [least, most] }: Limits): number {
  return Math.round(least + Math.random() * (most - least));
}
