import type { HealDecision } from './heal.ts';
import type { Remedy } from './plan.ts';

/** What self-healing is about to do. `until`: local epoch ms. */
export interface Countdown {
  readonly root: string;
  readonly remedy: Remedy;
  readonly until: number;
}

/** Short enough to help, long enough to be read and stopped. */
export const LEAST_COUNTDOWN_MS = 10_000;

/**
 * The countdown after one more decision: it begins when something may be done, goes on as long as it is the same thing,
 * and is forgotten when anything objects. `act` is set once it has run out.
 */
export function countDown(
  before: Countdown | null,
  decision: HealDecision,
  now: number,
  countdownMs: number,
): { readonly countdown: Countdown | null; readonly act: Remedy | null } {
  if (decision.kind !== 'act') return { countdown: null, act: null };
  const { root, remedy } = decision;
  const isSame = before?.root === root && nameOf(before.remedy) === nameOf(remedy);
  const until = isSame ? before.until : now + Math.max(LEAST_COUNTDOWN_MS, countdownMs);
  return now >= until ? { countdown: null, act: remedy } : { countdown: { root, remedy, until }, act: null };
}

function nameOf({ action, target, commands }: Remedy): string {
  return JSON.stringify([action, target, commands]);
}
