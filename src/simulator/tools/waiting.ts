import { setTimeout } from 'node:timers/promises';

/** How many times as fast as real time the simulated cluster runs; every wait of a tool is divided by it. */
export function speedOf(env: Readonly<Record<string, string | undefined>>): number {
  const speed = Number(env.GROUNDUP_SIM_SPEED);
  return Number.isFinite(speed) && speed > 0 ? speed : 1;
}

/** Simulated time for tools that wait. */
export interface Waiting {
  /** Lets `ms` simulated milliseconds pass; false when the signal came first. */
  pause(ms: number, signal?: AbortSignal): Promise<boolean>;
  /** Asks again every `everyMs` until the answer is true; what ended it otherwise is said. */
  until(
    ask: () => Promise<boolean>,
    options: { readonly everyMs: number; readonly withinMs: number; readonly signal?: AbortSignal },
  ): Promise<'done' | 'timeout' | 'cancelled'>;
}

/** Below this real waits are not worth a timer: asking more often would only burden the server. */
const SHORTEST_MS = 15;

/** Real milliseconds by which a round may be late; what a stalled machine takes beyond that the cluster stood still, too. */
const LATE_AT_MOST = 100;

export function createWaiting(speed: number): Waiting {
  const pause: Waiting['pause'] = async (ms, signal) => {
    try {
      await setTimeout(Math.max(SHORTEST_MS, ms / speed), undefined, signal ? { signal } : {});
      return true;
    } catch {
      return false;
    }
  };
  return {
    pause,
    until: async (ask, { everyMs, withinMs, signal }) => {
      let left = withinMs;
      let last = performance.now();
      for (;;) {
        if (signal?.aborted) return 'cancelled';
        if (await ask()) return 'done';
        if (left <= 0) return 'timeout';
        if (!(await pause(everyMs, signal))) return 'cancelled';
        const now = performance.now();
        left -= Math.min((now - last) * speed, everyMs + LATE_AT_MOST * speed);
        last = now;
      }
    },
  };
}
