import { type Safe, say } from './safe.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * A duration in milliseconds as it is written everywhere: `42s`, `4m09s`, `3h05m`, `47h`, `9d`. The second unit has two
 * digits, so that columns do not jump. Never negative.
 */
export function exactAge(ms: number): Safe {
  const time = Math.max(0, ms);
  if (time < MINUTE) return say`${Math.floor(time / SECOND)}s`;
  if (time < HOUR) return say`${Math.floor(time / MINUTE)}m${twoDigits((time % MINUTE) / SECOND)}s`;
  if (time < DAY) return say`${Math.floor(time / HOUR)}h${twoDigits((time % HOUR) / MINUTE)}m`;
  return glanceAge(time);
}

/** Ages below this (ms) are shown to the second, where seconds matter. */
export const FINE_MS = 10 * MINUTE;

/** The same for what stands on a screen, which should not tick for hours: one unit from ten minutes on. */
export function calmAge(ms: number): Safe {
  return ms < FINE_MS ? exactAge(ms) : glanceAge(ms);
}

/** The same with one unit, for what is only glanced at: `<1m`, `4m`, `3h`, `9d`. */
export function glanceAge(ms: number): Safe {
  if (ms < MINUTE) return say`<1m`;
  if (ms < HOUR) return say`${Math.floor(ms / MINUTE)}m`;
  if (ms < 2 * DAY) return say`${Math.floor(ms / HOUR)}h`;
  return say`${Math.floor(ms / DAY)}d`;
}

/** For quiet lines, which must not change every second: `just now`, `4m ago`, `3h05m ago`. */
export function coarseAge(ms: number): Safe {
  if (ms < MINUTE) return say`just now`;
  return say`${ms < HOUR ? glanceAge(ms) : calmAge(ms)} ago`;
}

/** A number below a hundred, rounded down. */
export function twoDigits(value: number): Safe {
  return String(Math.floor(value)).padStart(2, '0') as Safe;
}
