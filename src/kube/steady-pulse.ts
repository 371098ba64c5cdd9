import { say } from '../text/safe.ts';
import type { Pulse } from './liveness.ts';

/** Losses that are so far back, ms, do not count any more. */
const REMEMBERED = 60_000;
/** So often lost in that time, a server comes and goes. */
const FLAPPING = 2;

/**
 * Damps a server that comes and goes: from its second loss within a minute on it counts as back only after it has
 * answered for a while. A screen that turns green every few seconds helps nobody, and what is asked in between is
 * lost again anyway. `now`: monotonic ms; `answersFor`: ms.
 */
export function steadyPulses(now: () => number, answersFor: number): (pulse: Pulse) => Pulse {
  let losses: readonly number[] = [];
  let answersSince: number | null = null;
  let failure: Extract<Pulse, { reached: false }>['failure'] | null = null;
  return pulse => {
    const at = now();
    if (!pulse.reached) {
      if (answersSince !== null) losses = [...losses, at].filter(one => at - one < REMEMBERED);
      answersSince = null;
      failure = pulse.failure;
      return pulse;
    }
    answersSince ??= at;
    const lately = losses.filter(one => at - one < REMEMBERED).length;
    if (failure === null || lately < FLAPPING || at - answersSince >= answersFor) {
      failure = null;
      return pulse;
    }
    const message = say`The API server comes and goes: it was lost ${lately} times within a minute. ${failure.message}`;
    return { reached: false, failure: { ...failure, message } };
  };
}
