import { say } from '../text/safe.ts';
import { type Failure, failure } from './failure.ts';
import { isRecord } from './kubeconfig-file.ts';
import type { ResourcePath } from './resource-path.ts';
import { lineSplitter } from './split-lines.ts';
import type { TrafficCounter } from './traffic.ts';
import type { Transport } from './transport.ts';

export interface WatchAsk {
  readonly transport: Transport;
  readonly traffic: TrafficCounter;
  readonly at: ResourcePath;
  readonly accept: string;
  readonly resourceVersion: string;
  readonly timeoutSeconds: number;
  readonly silenceMs: number;
  readonly signal: AbortSignal;
  /** Takes the object of one change; false when it is not an object of this kind. */
  readonly change: (type: 'set' | 'delete', object: unknown) => boolean;
  /** Something came that proves the stream alive at this version. */
  readonly confirm: (resourceVersion: string) => void;
}

/** How a watch ended. `expired`: the version is too old, list again. `ended`: the server closed it in order. */
export type WatchEnd = { readonly ok: true; readonly how: 'expired' | 'ended' } | Failure;

/** Follows one watch until it ends. Every line counts: one that cannot be read ends it, because a change may be lost. */
export async function watchEvents(ask: WatchAsk): Promise<WatchEnd> {
  const { transport, traffic, at, accept, signal } = ask;
  const opened = await transport.open(at.path, {
    query: {
      ...at.query,
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion: ask.resourceVersion,
      timeoutSeconds: ask.timeoutSeconds,
    },
    accept,
    signal,
  });
  if (!opened.ok) return opened.status === 410 ? { ok: true, how: 'expired' } : opened;
  if (opened.contentType?.includes('json') === false) {
    opened.body.destroy();
    return garbled();
  }
  traffic.watch(1);
  try {
    return await consume(ask, opened.body);
  } finally {
    traffic.watch(-1);
  }
}

function consume(ask: WatchAsk, body: NodeJS.ReadableStream & { destroy: () => void }): Promise<WatchEnd> {
  const lines = lineSplitter();
  return new Promise(resolve => {
    const silence = setTimeout(() => end(silent(ask.silenceMs)), ask.silenceMs);
    let over = false;
    const end = (how: WatchEnd): void => {
      if (over) return;
      over = true;
      clearTimeout(silence);
      body.destroy();
      resolve(how);
    };
    body.on('data', (chunk: Buffer) => {
      ask.traffic.bytes(chunk.length);
      if (over) return;
      const fits = lines.push(chunk, line => {
        const verdict = over || line === '' ? null : obey(ask, line);
        if (verdict !== null) end(verdict);
        else if (!over) silence.refresh();
      });
      if (!fits) end(failure('too-large', say`One line of a watch is longer than 8 MiB; listing again.`));
    });
    body.on('end', () => end({ ok: true, how: 'ended' }));
    body.on('error', () => end(closed()));
    body.on('close', () => end(closed()));
  });
}

/** Carries out one line; null when the watch may go on. */
function obey(ask: WatchAsk, line: string): WatchEnd | null {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    return garbled();
  }
  if (!isRecord(event) || !isRecord(event.object)) return garbled();
  const { type, object } = event;
  if (type === 'ERROR') return serverError(object);
  const version = isRecord(object.metadata) ? object.metadata.resourceVersion : undefined;
  if (typeof version !== 'string' || version === '') return garbled();
  if (type === 'ADDED' || type === 'MODIFIED') {
    if (!ask.change('set', object)) return garbled();
  } else if (type === 'DELETED') {
    if (!ask.change('delete', object)) return garbled();
  } else if (type !== 'BOOKMARK') return garbled();
  ask.confirm(version);
  return null;
}

function serverError(status: Record<string, unknown>): WatchEnd {
  if (status.code === 410 || status.reason === 'Expired' || status.reason === 'Gone')
    return { ok: true, how: 'expired' };
  const code = typeof status.code === 'number' ? status.code : 500;
  return failure('server-error', say`The API server broke a watch off (${code}); listing again.`, {
    status: code,
  });
}

function garbled(): Failure {
  return failure(
    'parse',
    say`The API server sent a line that is not an event of Kubernetes; listing again. If it goes on, look for a proxy in between.`,
    { status: 200 },
  );
}

function silent(ms: number): Failure {
  return failure(
    'silent',
    say`Nothing came for ${Math.round(ms / 1000)} s, not even a sign of life; listing again.`,
  );
}

function closed(): Failure {
  return failure('closed', say`The connection of a watch broke; connecting again.`);
}
