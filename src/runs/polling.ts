export interface Polling {
  /** Begins, or goes back to the quick pace. */
  readonly begin: () => void;
  /** Resolves when the last turn is over. */
  readonly end: () => Promise<void>;
}

/** The pace when nothing runs: then only the directory is searched for runs of others. */
const QUIET_MS = 2_000;

/**
 * Calls `turn` again and again, never two at a time, with `everyMs` between two turns, or two seconds when the last turn
 * said that nothing runs. The timer alone does not keep the program alive. `searching` is true about every two seconds.
 */
export function polling(everyMs: number, turn: (searching: boolean) => Promise<boolean>): Polling {
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  let ended = false;
  let untilSearch = 0;

  const schedule = (ms: number): void => {
    timer = setTimeout(() => {
      const searching = untilSearch <= 0;
      untilSearch = searching ? QUIET_MS : untilSearch - ms;
      running = turn(searching).then(busy => {
        running = null;
        if (!ended) schedule(busy ? everyMs : Math.max(everyMs, QUIET_MS));
      });
    }, ms);
    timer.unref();
  };
  return {
    begin: () => {
      if (ended || running !== null) return;
      if (timer !== null) clearTimeout(timer);
      schedule(everyMs);
    },
    end: async () => {
      ended = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}
