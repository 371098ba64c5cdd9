import { type Safe, say } from '../text/safe.ts';

/** A duration in milliseconds as people write it: `40s`, `4m12s`, `3h5m`, `9d`. Never negative. */
export function age(ms: number): Safe {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return say`${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return pair(minutes, say`m`, seconds % 60, say`s`);
  if (minutes < 60) return say`${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return pair(hours, say`h`, minutes % 60, say`m`);
  return say`${Math.floor(hours / 24)}d`;
}

/** The same for quiet lines, which must not change every second: whole minutes, `just now` below one. */
export function coarseAge(ms: number): Safe {
  const minutes = Math.floor(ms / 60_000);
  return minutes < 1 ? say`just now` : say`${age(minutes * 60_000)} ago`;
}

function pair(high: number, highUnit: Safe, low: number, lowUnit: Safe): Safe {
  return low === 0 ? say`${high}${highUnit}` : say`${high}${highUnit}${low}${lowUnit}`;
}
