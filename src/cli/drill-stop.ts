import { createInterface } from 'node:readline';

/** Whether somebody wants the drill to end. */
export interface StopWatch {
  readonly asked: () => boolean;
  /** Asked a second time: nothing more is waited for. */
  readonly again: () => boolean;
  readonly whenAsked: Promise<void>;
  readonly close: () => void;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Signals no longer end the program but ask for the undo; so does Enter where a person sits at a terminal. */
export function stopWatch(isWatched: boolean): StopWatch {
  let times = 0;
  const asked = Promise.withResolvers<void>();
  const ask = (): void => {
    times++;
    asked.resolve();
  };
  for (const signal of signals) process.on(signal, ask);
  const reader = isWatched ? createInterface({ input: process.stdin }) : null;
  reader?.on('line', ask);
  reader?.on('SIGINT', ask);
  return {
    asked: () => times > 0,
    again: () => times > 1,
    whenAsked: asked.promise,
    close: () => {
      reader?.close();
      for (const signal of signals) process.off(signal, ask);
    },
  };
}
