import type { Json, Stored } from '../world.ts';
import { apiVersionOf, outward } from './convert.ts';
import { formOf, type ResourceExchange } from './exchange.ts';
import { expired, invalid, statusOf } from './failures.ts';
import { textOf } from './json.ts';
import { includeOf, matchOf, tooLarge } from './lists.ts';
import type { Match } from './selectors.ts';
import { toMetadata, toTable } from './table.ts';

/** Bytes that may wait for a slow client before it has to catch up from the history. */
const BACKLOG = 4 * 1024 * 1024;

type Sent = { readonly type: string; readonly object: Stored };

/** GET of a collection with `watch`: streams changes until the time is up or the client goes. */
export function watch(exchange: ResourceExchange): void {
  const { query, world, stored, response, gate } = exchange;
  refuseInitialEvents(exchange);
  const match = matchOf(exchange);
  const write = writerFor(exchange);
  const asked = query.get('resourceVersion') ?? '';
  if (Number(asked) > world.version()) throw tooLarge(Number(asked), world.version());

  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache, private' });
  response.flushHeaders();
  const fromNow = asked === '' || asked === '0';
  if (fromNow) {
    for (const object of world.list(stored.key, exchange.info.namespace)) {
      if (match(object)) write({ type: 'ADDED', object });
    }
  }
  const stream = createStream(exchange, match, write, fromNow ? world.version() : Number(asked));
  const beat = setInterval(stream.bookmark, exchange.bookmarkMs);
  const seconds = Number(query.get('timeoutSeconds')) || 1800 + Math.random() * 1800;
  const timeout = setTimeout(async () => {
    await gate.whenOpen();
    stream.bookmark();
    response.end();
  }, seconds * 1000);
  const undos = [
    world.subscribe(({ resource }) => {
      if (!world.registry.byKey(stored.key)) response.end();
      else if (resource === stored.key) stream.pump();
    }),
    gate.onOpen(stream.pump),
    () => clearInterval(beat),
    () => clearTimeout(timeout),
  ];
  response.on('drain', stream.pump);
  response.on('close', () => {
    for (const undo of undos) undo();
  });
  stream.pump();
}

interface Stream {
  /** Writes what has changed since it was last called. */
  pump(): void;
  bookmark(): void;
}

/** A reader of the history that stands at `cursor`. While the server hangs or the client is slow it stays there. */
function createStream(
  exchange: ResourceExchange,
  match: Match,
  write: (event: Sent) => void,
  start: number,
): Stream {
  const { query, world, stored, response, gate, info } = exchange;
  const bookmarks = query.get('allowWatchBookmarks') === 'true';
  let cursor = start;
  const pump = (): void => {
    if (response.writableEnded || !gate.isOpen() || response.writableLength > BACKLOG) return;
    const changes = world.history.since(stored.key, cursor);
    if (!changes) {
      const why = `too old resource version: ${cursor} (${world.history.oldest(stored.key)})`;
      write({ type: 'ERROR', object: statusOf(expired(why)) });
      response.end();
      return;
    }
    cursor = world.version();
    for (const change of changes) {
      if (info.namespace !== undefined && change.object.metadata.namespace !== info.namespace) continue;
      const event = seenThrough(match, change);
      if (event) write(event);
    }
  };
  return {
    pump,
    bookmark: () => {
      pump();
      if (!bookmarks || response.writableEnded || !gate.isOpen()) return;
      write({ type: 'BOOKMARK', object: bookmarkOf(exchange, cursor) });
    },
  };
}

/** As a server without the feature refuses it; clients then list and watch. */
function refuseInitialEvents({ query }: ResourceExchange): void {
  if (!query.has('sendInitialEvents')) return;
  const why = 'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled';
  throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [
    { field: 'sendInitialEvents', reason: 'FieldValueForbidden', message: `Forbidden: ${why}` },
  ]);
}

/** A change seen through a selector: coming into view is ADDED, going out of it DELETED. */
function seenThrough(
  match: Match,
  change: { readonly type: string; readonly object: Stored; readonly old?: Stored },
): Sent | undefined {
  const { type, object, old } = change;
  const before = old !== undefined && match(old);
  const after = type !== 'DELETED' && match(object);
  if (after) return { type: before ? 'MODIFIED' : 'ADDED', object };
  if (!before) return undefined;
  if (type === 'DELETED') return { type, object };
  const metadata = { ...old.metadata, resourceVersion: object.metadata.resourceVersion };
  return { type: 'DELETED', object: { ...old, metadata } };
}

function bookmarkOf(exchange: ResourceExchange, version: number): Stored {
  const { resource, info } = exchange;
  const meta: Json = { resourceVersion: String(version), creationTimestamp: null };
  return { kind: resource.kind, apiVersion: apiVersionOf(resource, info.version), metadata: meta };
}

/** Writes events in the form the client asked for; of Tables only the first carries column definitions. */
function writerFor(exchange: ResourceExchange): (event: Sent) => void {
  const { resource, info, clock, response } = exchange;
  const form = formOf(exchange);
  const include = includeOf(exchange);
  let headless = false;
  const body = ({ type, object }: Sent): string => {
    if (type === 'ERROR') return JSON.stringify(object);
    if (type === 'BOOKMARK' && form === 'object') return JSON.stringify(object);
    const seen = type === 'BOOKMARK' ? object : outward(resource, info.version, object);
    if (form === 'object') return textOf(seen);
    if (form === 'metadata') return JSON.stringify(toMetadata(seen));
    const metadata = { resourceVersion: object.metadata.resourceVersion };
    const table = toTable(resource, info.version, [seen], metadata, { include, now: clock.now(), headless });
    headless = true;
    return JSON.stringify(table);
  };
  return event => {
    response.write(`{"type":"${event.type}","object":${body(event)}}\n`);
  };
}
