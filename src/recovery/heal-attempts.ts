import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import type { HealCase, HealObjection } from './heal-rails.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Of one action on one cause. */
const AN_HOUR = 2;
/** Of all actions on the whole cluster. */
const A_DAY = 5;
/** After the first, the second, and every further attempt of a day. */
const cooldowns = [2 * MINUTE, 10 * MINUTE, 30 * MINUTE];

/** What did not help, or helps again and again for a short while only, is for people; the next attempt waits ever longer. */
export function attemptsRail({ look, id, remedy }: HealCase): HealObjection | null {
  const now = look.bench.now;
  const today = look.attempts.filter(one => now - one.at < DAY);
  const alike = today.filter(one => one.root === id);
  const failed = alike.find(
    one => isRecent(one.at) && one.outcome !== 'succeeded' && one.outcome !== 'running',
  );
  function isRecent(at: number): boolean {
    return now - at < HOUR;
  }
  const rail = 'attempts';
  if (failed !== undefined)
    return {
      rail,
      kind: 'human',
      why: say`${field(failed.action)} was tried and ${failedText[failed.outcome] ?? say`failed`}: nothing else is tried by itself`,
    };
  if (today.length >= A_DAY)
    return { rail, kind: 'human', why: say`${today.length} repairs in a day are enough` };
  const same = alike.filter(one => one.action === remedy?.action);
  if (same.filter(one => isRecent(one.at)).length >= AN_HOUR)
    return { rail, kind: 'human', why: say`it came back after ${AN_HOUR} repairs within an hour` };
  const last = Math.max(...same.map(one => one.at));
  const pause = cooldowns[Math.min(same.length, cooldowns.length) - 1] ?? 0;
  const left = last + pause - now;
  return left > 0
    ? {
        rail,
        kind: 'wait',
        why: say`it was repaired a moment ago: the next attempt waits ${Math.ceil(left / MINUTE)} min more`,
      }
    : null;
}

const failedText: Readonly<Record<string, Safe>> = {
  cancelled: say`was stopped`,
  unknown: say`ended unseen`,
};
