/** One post-collection reading: how far the soak was, and how much there was then. */
export interface Reading {
  readonly at: number;
  readonly value: number;
}

export interface Slope {
  /** Growth of the value per unit of `at`. */
  readonly perUnit: number;
  /** What chance alone may add to it: twice the standard error. */
  readonly doubt: number;
}

/** The first part of a soak fills caches and is no growth. */
const WARM_UP = 0.25;
const LEAST_READINGS = 8;

/** A straight line through the readings after the warm-up (least squares). Null while there are too few. */
export function slopeOf(all: readonly Reading[]): Slope | null {
  const readings = all.slice(Math.floor(all.length * WARM_UP));
  const { length } = readings;
  if (length < LEAST_READINGS) return null;
  const mean = (pick: (one: Reading) => number): number =>
    readings.reduce((sum, one) => sum + pick(one), 0) / length;
  const at = mean(one => one.at);
  const value = mean(one => one.value);
  const spread = readings.reduce((sum, one) => sum + (one.at - at) ** 2, 0);
  if (spread === 0) return null;
  const perUnit = readings.reduce((sum, one) => sum + (one.at - at) * (one.value - value), 0) / spread;
  const missed = readings.reduce((sum, one) => sum + (one.value - value - perUnit * (one.at - at)) ** 2, 0);
  return { perUnit, doubt: 2 * Math.sqrt(missed / (length - 2) / spread) };
}

export type Verdict = 'holds' | 'MISSED' | 'too short';

/** Missed only when the growth is above the bar beyond doubt: memory after a collection still jitters. */
export function judgeSlope(all: readonly Reading[], bar: number): Verdict {
  const slope = slopeOf(all);
  if (slope === null) return 'too short';
  return slope.perUnit - slope.doubt > bar ? 'MISSED' : 'holds';
}
