import type { Stream, StreamReason } from '../cluster/snapshot.ts';
import { type Safe, say } from '../text/safe.ts';
import { pause } from './abort.ts';
import { type Failure, failure } from './failure.ts';
import { backoff, type Limits } from './limits.ts';
import { type CycleAsk, listAndWatch, type Place } from './stream-cycle.ts';
import { type StreamState, streamState } from './stream-state.ts';

export interface StreamAsk extends CycleAsk {
  /** Resolves at once while the API server is reached, else when it is again. */
  readonly reachable: (signal: AbortSignal) => Promise<void>;
  /** The network failed under this stream: somebody should look whether the server is still there. */
  readonly suspect: () => void;
  readonly onChange: () => void;
  /** Nothing changed, but it is known to be so at a later moment. */
  readonly onConfirm: () => void;
  readonly signal: AbortSignal;
}

export interface StreamHandle {
  readonly current: () => Stream<unknown>;
  /** Nobody can vouch for the data now: it becomes stale, and is listed again as soon as the server is reached. */
  readonly interrupt: (reason: StreamReason, message: Safe) => void;
  /** Lists once more, while what is known stays believed: a look that is certainly newer than this moment. */
  readonly relist: () => void;
  /** Whatever it waits for (back-off, a refusal, an absent kind), ask again now. */
  readonly wake: () => void;
  /** Resolves when it is known for the first time whether the data can be had. */
  readonly settled: Promise<void>;
  readonly ended: Promise<void>;
}

/** Lists and watches one part of the cluster for as long as the signal lasts, whatever happens to the API server. */
export function openStream(ask: StreamAsk): StreamHandle {
  const sleep = pause();
  let settle: () => void = () => undefined;
  const settled = new Promise<void>(resolve => {
    settle = resolve;
  });
  const changed = (): void => {
    if (state.freshness().state !== 'waiting') settle();
    ask.onChange();
  };
  const state = streamState(ask.kind, changed, ask.onConfirm);
  const interruption: { cause: Failure | null; stop: () => void } = { cause: null, stop: () => undefined };
  return {
    current: state.current,
    interrupt: (reason, message) => {
      interruption.cause = failure(reason, message);
      if (!isSettledRefusal(state)) state.doubt(reason, message);
      interruption.stop();
    },
    relist: () => {
      if (state.freshness().state !== 'live') return;
      interruption.cause = failure('closed', say`Listing again, as asked.`);
      interruption.stop();
    },
    wake: sleep.wake,
    settled,
    ended: follow(ask, state, sleep, interruption).finally(settle),
  };
}

async function follow(
  ask: StreamAsk,
  state: StreamState,
  sleep: ReturnType<typeof pause>,
  interruption: { cause: Failure | null; stop: () => void },
): Promise<void> {
  const { limits, signal } = ask;
  const place: Place = { apiVersion: ask.kind.version, since: '0' };
  let attempt = 0;
  while (!signal.aborted) {
    await ask.reachable(signal);
    const own = new AbortController();
    const stop = (): void => own.abort();
    signal.addEventListener('abort', stop, { once: true });
    interruption.cause = null;
    interruption.stop = stop;
    const started = performance.now();
    const end = signal.aborted ? 'expired' : await listAndWatch(ask, state, place, own.signal);
    signal.removeEventListener('abort', stop);
    if (signal.aborted) return;
    if (performance.now() - started > limits.steady) attempt = 0;
    if (interruption.cause !== null) {
      // What a cache holds may be older than the interruption.
      place.since = undefined;
      continue;
    }
    if (end === 'expired') {
      await sleep.rest(Math.random() * limits.jitter, signal);
      continue;
    }
    conclude(state, end);
    if (end.reason === 'silent') continue;
    if (NETWORK.has(end.reason)) ask.suspect();
    const woken = await sleep.rest(restFor(end, attempt, limits), signal);
    attempt = woken ? 0 : attempt + 1;
  }
}

const NETWORK: ReadonlySet<StreamReason> = new Set([
  'refused',
  'unreachable',
  'dns',
  'tls',
  'timeout',
  'closed',
  'credentials',
]);

function isSettledRefusal(state: StreamState): boolean {
  const freshness = state.freshness();
  return freshness.state === 'absent' || (freshness.state === 'failed' && freshness.reason === 'rbac');
}

function conclude(state: StreamState, trouble: Failure): void {
  if (trouble.status === 404) state.absent();
  else if (trouble.reason === 'rbac') state.fail('rbac', trouble.message);
  else state.doubt(trouble.reason, trouble.message);
}

function restFor(trouble: Failure, attempt: number, limits: Limits): number {
  if (trouble.status === 404) return limits.absentAgain;
  if (trouble.reason === 'rbac') return limits.refusedAgain;
  // Where no watch lasts, each round costs a list and a watch: twice the patience.
  const patience = trouble.reason === 'closed' && trouble.status === 200 && attempt > 1 ? 2 : 1;
  const own = backoff(attempt, limits) * patience;
  if (trouble.retryAfterMs === undefined) return own;
  return trouble.retryAfterMs + Math.random() * limits.jitter;
}
