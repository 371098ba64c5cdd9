import type { SimClock } from '../world.ts';

/** Longest delay one real timer can hold; longer waits are cut into several. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Starts simulated time at `start` (real now by default, epoch milliseconds) and runs it `speed` times as fast as real time. */
export function createClock(options: { readonly speed: number; readonly start?: number }): SimClock {
  const begun = performance.now();
  const start = options.start ?? Date.now();
  const timers = new Set<NodeJS.Timeout>();
  let stopped = false;
  const now = (): number => start + (performance.now() - begun) * options.speed;

  const arm = (due: number, run: () => void): (() => void) => {
    let timer: NodeJS.Timeout | undefined;
    const wait = (): void => {
      if (stopped) return;
      const ms = Math.min(LONGEST_TIMER, Math.max(0, Math.ceil((due - now()) / options.speed)));
      timer = setTimeout(() => {
        if (timer) timers.delete(timer);
        if (due > now()) wait();
        else run();
      }, ms);
      timers.add(timer);
    };
    wait();
    return () => {
      if (!timer) return;
      clearTimeout(timer);
      timers.delete(timer);
    };
  };

  return {
    now: () => Math.floor(now()),
    speed: options.speed,
    after: (ms, run) => arm(now() + ms, run),
    every: (ms, run) => repeat(now, arm, ms, run),
    stop: () => {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}

/** Keeps a steady beat: the next tick is due one period after the last one was due; missed beats are not made up for. */
function repeat(
  now: () => number,
  arm: (due: number, run: () => void) => () => void,
  ms: number,
  run: () => void,
): () => void {
  let cancelled = false;
  let cancel: () => void = () => {};
  const beat = (due: number): void => {
    cancel = arm(due, () => {
      run();
      if (!cancelled) beat(Math.max(due + ms, now()));
    });
  };
  beat(now() + ms);
  return () => {
    cancelled = true;
    cancel();
  };
}

/** A clock that moves only when told: for tests that must not wait. */
export interface ManualClock extends SimClock {
  /** Moves time on by `ms`, running every timer that falls due, in order of due time. */
  advance(ms: number): void;
}

interface Due {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Starts at `start` (epoch milliseconds) and stands still until advanced. */
export function createManualClock(start = Date.UTC(2025, 5, 1)): ManualClock {
  let time = start;
  let count = 0;
  const due = new Set<Due>();
  const arm = (at: number, run: () => void): (() => void) => {
    count += 1;
    const entry: Due = { at, order: count, run };
    due.add(entry);
    return () => due.delete(entry);
  };
  const next = (limit: number): Due | undefined => {
    let first: Due | undefined;
    for (const entry of due) {
      if (entry.at > limit) continue;
      if (!first || entry.at < first.at || (entry.at === first.at && entry.order < first.order))
        first = entry;
    }
    return first;
  };
  return {
    now: () => time,
    speed: 1,
    after: (ms, run) => arm(time + ms, run),
    every: (ms, run) => repeat(() => time, arm, ms, run),
    stop: () => due.clear(),
    advance: ms => {
      const end = time + ms;
      for (let entry = next(end); entry; entry = next(end)) {
        due.delete(entry);
        time = Math.max(time, entry.at);
        entry.run();
      }
      time = end;
    },
  };
}
