import type { SimClock } from '../world.ts';
import { createAgenda } from './agenda.ts';

/** Longest delay one real timer can hold; longer waits are cut into several. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Real milliseconds by which a timer may be late before the rest counts as a stall of the machine. */
const LATE_AT_MOST = 50;

/**
 * Starts simulated time at `start` (real now by default, epoch milliseconds) and runs it `speed` times as fast as real time.
 *
 * Time never passes an appointment that was not kept yet, and appointments are kept one by one in their order, with room
 * for input and output between them. When the machine stalls, the cluster stands still with it: otherwise a busy second
 * would be a minute in which no kubelet renewed its lease.
 */
export function createClock(options: { readonly speed: number; readonly start?: number }): SimClock {
  const { speed } = options;
  let realAt = performance.now();
  let time = options.start ?? Date.now();
  let wake: { readonly at: number; readonly cancel: () => void } | undefined;
  let stopped = false;
  const agenda = createAgenda();

  /** Moves time on to now, at most to the next appointment; what a stall took beyond that is lost. */
  const now = (): number => {
    const real = performance.now();
    const raw = time + (real - realAt) * speed;
    const next = agenda.first()?.at ?? Number.POSITIVE_INFINITY;
    if (raw <= next) {
      time = raw;
      realAt = real;
      return time;
    }
    const late = Math.min((raw - next) / speed, LATE_AT_MOST);
    time = Math.max(time, next);
    realAt = real - late;
    return time;
  };

  const keep = (): void => {
    wake = undefined;
    const entry = agenda.first();
    if (stopped || entry === undefined) return;
    if (entry.at <= now()) {
      agenda.delete(entry);
      entry.run();
    }
    sleep();
  };

  const sleep = (): void => {
    const next = agenda.first();
    if (stopped || next === undefined || (wake !== undefined && wake.at <= next.at)) return;
    wake?.cancel();
    const ms = (next.at - now()) / speed;
    wake = { at: next.at, cancel: ms <= 0 ? soon(keep) : later(keep, ms) };
  };

  const after = (ms: number, run: () => void): (() => void) => {
    if (stopped) return () => {};
    const entry = agenda.add(now() + Math.max(0, ms), run);
    sleep();
    return () => agenda.delete(entry);
  };

  return {
    now: () => Math.floor(now()),
    speed,
    after,
    every: (ms, run) => repeat(now, (due, next) => after(due - now(), next), ms, run),
    stop: () => {
      stopped = true;
      wake?.cancel();
      agenda.clear();
    },
  };
}

function soon(run: () => void): () => void {
  const immediate = setImmediate(run);
  return () => clearImmediate(immediate);
}

function later(run: () => void, ms: number): () => void {
  const timer = setTimeout(run, Math.min(LONGEST_TIMER, Math.ceil(ms)));
  return () => clearTimeout(timer);
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

/** Starts at `start` (epoch milliseconds) and stands still until advanced. */
export function createManualClock(start = Date.UTC(2025, 5, 1)): ManualClock {
  let time = start;
  const agenda = createAgenda();
  const arm = (at: number, run: () => void): (() => void) => {
    const entry = agenda.add(at, run);
    return () => agenda.delete(entry);
  };
  return {
    now: () => time,
    speed: 1,
    after: (ms, run) => arm(time + ms, run),
    every: (ms, run) => repeat(() => time, arm, ms, run),
    stop: agenda.clear,
    advance: ms => {
      const end = time + ms;
      for (let entry = agenda.first(); entry && entry.at <= end; entry = agenda.first()) {
        agenda.delete(entry);
        time = Math.max(time, entry.at);
        entry.run();
      }
      time = end;
    },
  };
}
