import type { Safe } from '../text/safe.ts';
import type { Guard } from './plan.ts';

export function passed(text: Safe): Guard {
  return { state: 'passed', text };
}

export function warn(text: Safe): Guard {
  return { state: 'warning', text };
}

/** Forbids the run as long as it holds. */
export function stop(text: Safe): Guard {
  return { state: 'blocking', text };
}

/** The first reason why a plan may not run now; null when it may. */
export function blockedBy(guards: readonly Guard[]): Safe | null {
  return guards.find(guard => guard.state === 'blocking')?.text ?? null;
}
