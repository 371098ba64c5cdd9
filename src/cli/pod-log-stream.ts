import { kinds, type Pod } from '../cluster/kinds.ts';
import { refText } from '../cluster/object-ref.ts';
import { FEED_MS, realTimers, type Timers } from '../store/feed.ts';
import type { Effect } from '../store/intents.ts';
import { appended, askedLog, type PodLine, type PodLog } from '../store/looking.ts';
import { containersOf, containerToRead, worstFirst } from '../store/select/pod-order.ts';
import { lineDecoder } from '../text/line-decoder.ts';
import { logLine } from '../text/log-line.ts';
import { lineRedactor } from '../text/redact.ts';
import { type Safe, say } from '../text/safe.ts';
import { type Asked, podsPath } from './object-path.ts';
import { getObject, relatedPods } from './object-pods.ts';
import type { ReaderOptions } from './object-reader.ts';

type Ask = Extract<Effect, { kind: 'follow-log' }>;

export interface PodLogStream {
  /** Replaces the log that is open. */
  readonly follow: (ask: Ask) => void;
  readonly close: () => void;
}

const TAIL = 200;
/** A log is followed for so many bytes; a container that writes more is read better on its node. */
const MOST_BYTES = 16 * 1024 * 1024;
/** A kubelet sends not even headers before the first line, so silence is no failure for long. */
const SILENCE_MS = 900_000;

/** Streams one container's log into the store: redacted, sanitised, bounded, and at most four times a second. */
export function podLogStream(options: ReaderOptions, timers: Timers = realTimers): PodLogStream {
  let stop = new AbortController();
  return {
    follow: ask => {
      stop.abort();
      stop = new AbortController();
      void stream(ask, options, timers, stop.signal);
    },
    close: () => stop.abort(),
  };
}

async function stream(ask: Ask, options: ReaderOptions, timers: Timers, signal: AbortSignal): Promise<void> {
  const { cluster, secrets } = options;
  const out = outlet(ask, options, timers, signal);
  const chosen = await choose(ask, cluster, signal);
  if (!chosen.ok) return out.end('failed', chosen.message);
  const { pod } = chosen;
  const { name, namespace = null } = pod.metadata;
  const container = ask.container ?? containerToRead(pod);
  out.set({
    pod: { kind: 'Pod' as Safe, namespace, name },
    container,
    containers: containersOf(pod),
    previous: ask.previous,
  });
  const answer = await cluster.open(`${podsPath(namespace)}/${encodeURIComponent(name)}/log`, {
    query: {
      container: container ?? undefined,
      follow: ask.previous ? undefined : true,
      previous: ask.previous ? true : undefined,
      tailLines: TAIL,
      limitBytes: MOST_BYTES,
      timestamps: true,
    },
    accept: 'application/json, */*',
    deadlineMs: ask.previous ? 15_000 : SILENCE_MS,
    signal,
  });
  if (!answer.ok) return out.end('failed', plain(answer.message, answer.json));
  out.set({ state: 'open' });
  const decoder = lineDecoder();
  const take = lineTaker(secrets());
  try {
    for await (const chunk of answer.body) out.add(decoder.push(chunk as Buffer).flatMap(take));
    out.add(decoder.end().flatMap(take));
    out.end('ended', ask.previous ? null : say`the log ended: the container stopped; L asks again`);
  } catch {
    out.end('ended', say`the connection of the log broke; L asks again`);
  }
}

/** What the API server itself says of a refused log is plainer than the request it belongs to. */
function plain(message: Safe, json: unknown): Safe {
  const said = (json as { message?: unknown } | undefined)?.message;
  if (typeof said !== 'string') return message;
  const [line = message] = logLine(said, { plain: true });
  if (/waiting to start/.test(said)) return say`${line}; it has no log yet`;
  return /previous terminated container/.test(said)
    ? say`this container has not been restarted: there is no previous run`
    : message;
}

type Chosen = { readonly ok: true; readonly pod: Pod } | { readonly ok: false; readonly message: Safe };

/** The pod itself, or the pod of a workload that needs looking at most. */
async function choose({ ref }: Ask, cluster: Asked, signal: AbortSignal): Promise<Chosen> {
  const got = await getObject(ref, cluster, signal);
  if (!got.ok) {
    const isGone = got.status === 404;
    return {
      ok: false,
      message: isGone ? say`${refText(ref)} is gone: the API server has none of that name.` : got.message,
    };
  }
  if (ref.kind === 'Pod') {
    const pod = kinds.pods.read(got.json);
    return pod === undefined
      ? { ok: false, message: say`${refText(ref)} cannot be read` }
      : { ok: true, pod };
  }
  const { pods, message } = await relatedPods(got.json, ref, cluster, signal);
  const [worst] = worstFirst(pods);
  if (worst !== undefined) return { ok: true, pod: worst };
  return { ok: false, message: message ?? say`${refText(ref)} has no pods: there is no log to read` };
}

const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) /;

/** Takes the runtime's time off a raw line, then makes the rest fit to be shown. */
function lineTaker(secrets: readonly string[]): (raw: string) => readonly PodLine[] {
  const redact = lineRedactor(secrets);
  return raw => {
    const stamp = STAMP.exec(raw);
    const at = stamp?.[1] === undefined ? null : Date.parse(stamp[1]);
    const text = stamp === null ? raw : raw.slice(stamp[0].length);
    return logLine(redact(text), { plain: true }).map(safe => ({ at, text: safe }));
  };
}

/** Collects what came and hands it to the store: the first at once, then four times a second at most. */
function outlet(ask: Ask, { publish }: ReaderOptions, timers: Timers, signal: AbortSignal) {
  let log: PodLog | null = null;
  let change: Partial<PodLog> = {};
  let fresh: PodLine[] = [];
  let lastAt = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | null = null;
  const hand = (): void => {
    cancel = null;
    if (signal.aborted) return;
    lastAt = timers.now();
    publish(state => {
      // The log keeps what it was asked for, so that a pod of a workload is still shown as chosen for it.
      const before = log ?? state.podLog ?? askedLog(ask.ref);
      log = { ...appended(before, fresh), ...change };
      return state.podLog === null ? state : { ...state, podLog: log };
    });
    fresh = [];
    change = {};
  };
  const soon = (): void => {
    if (signal.aborted || cancel !== null) return;
    const wait = lastAt + FEED_MS - timers.now();
    if (wait <= 0) hand();
    else cancel = timers.after(wait, hand);
  };
  signal.addEventListener('abort', () => cancel?.(), { once: true });
  return {
    set: (next: Partial<PodLog>): void => {
      change = { ...change, ...next };
      soon();
    },
    add: (lines: readonly PodLine[]): void => {
      if (lines.length === 0) return;
      for (const line of lines) fresh.push(line);
      soon();
    },
    end: (state: PodLog['state'], message: Safe | null): void => {
      change = { ...change, state, message };
      soon();
    },
  };
}
