/** What removes a thing is recorded while it happens; its absence is noticed within moments. */
const BEFORE = 900_000;
const AFTER = 120_000;
/** When nobody knows since when it is gone, only what is recorded lately is believed: events live no longer either. */
const LATELY = 3_600_000;

/**
 * True when something recorded at `at` can have brought about what is broken since `since` (all epoch ms). What has no
 * time of its own cannot be ruled out.
 */
export function isNear(at: number | null, since: number | null, now: number): boolean {
  if (at === null) return true;
  if (since === null) return now - at <= LATELY;
  return at >= since - BEFORE && at <= since + AFTER;
}
