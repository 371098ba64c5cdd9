import type { ProbeResult } from '../cluster/probe-results.ts';

export interface ResultQueue {
  readonly push: (result: ProbeResult) => void;
  readonly close: () => void;
  /** What was pushed, as it comes, until it is closed. For one reader. */
  readonly results: () => AsyncGenerator<ProbeResult, void, void>;
}

/** Joins what works at the same time into one sequence. It holds at most a result for each probe of a run. */
export function resultQueue(): ResultQueue {
  const waiting: ProbeResult[] = [];
  let closed = false;
  let wake: () => void = () => undefined;
  return {
    push: result => {
      waiting.push(result);
      wake();
    },
    close: () => {
      closed = true;
      wake();
    },
    results: async function* () {
      for (;;) {
        const next = waiting.shift();
        if (next !== undefined) yield next;
        else if (closed) return;
        else
          await new Promise<void>(resolve => {
            wake = resolve;
          });
      }
    },
  };
}
