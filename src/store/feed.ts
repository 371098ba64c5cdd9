import type { AppStore } from './store.ts';
import { type Incoming, receive } from './updates.ts';

/** Something that changes now and then: the watch, a run. */
export interface Source {
  /** Calls back after every change; returns the undo. */
  readonly onChange: (listener: () => void) => () => void;
}

export interface Timers {
  /** Monotonic, ms: the wall clock may jump. */
  readonly now: () => number;
  /** Local epoch ms. */
  readonly wall: () => number;
  /** Runs `task` once after `ms`; returns the undo. */
  readonly after: (ms: number, task: () => void) => () => void;
}

export const realTimers: Timers = {
  now: () => performance.now(),
  wall: Date.now,
  after: (ms, task) => {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
};

/** Data reaches the screen four times a second at most: faster is unreadable and costs a slow link its keys. */
export const FEED_MS = 250;
/** Nor slower than this, whatever a change costs to judge: within a second it has to be seen. */
const SLOWEST_MS = 750;
/** The share of the time that judging may take while changes come without end. */
const SHARE = 1 / 60;

/**
 * Copies news into the store: the first at once, then at most every `everyMs` (less often where working them out takes
 * long), the last change never lost. `compute` runs only when it is time, so a flood of changes costs one computation.
 * Returns the undo.
 */
export function feed(
  store: AppStore,
  source: Source,
  compute: () => Incoming,
  timers: Timers = realTimers,
  everyMs: number = FEED_MS,
): () => void {
  let lastAt = Number.NEGATIVE_INFINITY;
  let rest = everyMs;
  let cost = 0;
  let cancel: (() => void) | null = null;

  const copy = (): void => {
    cancel = null;
    lastAt = timers.now();
    const before = store.getState();
    const after = receive(before, compute(), timers.wall());
    // The first judgement is slow because its code is new: one alone slows nothing down.
    const earlier = cost;
    cost = timers.now() - lastAt;
    rest = Math.max(everyMs, Math.min(Math.min(earlier, cost) / SHARE, SLOWEST_MS));
    if (after !== before) store.setState(after, true);
  };
  const undo = source.onChange(() => {
    if (cancel !== null) return;
    const wait = lastAt + rest - timers.now();
    if (wait <= 0) copy();
    else cancel = timers.after(wait, copy);
  });
  return () => {
    undo();
    cancel?.();
    cancel = null;
  };
}
