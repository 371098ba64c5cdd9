/** A signal that ends with its parent or after `ms`; `done()` must be called, so that nothing stays attached to the parent. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** True when the time limit, not the parent, ended it. */
  readonly passed: () => boolean;
  /** Ends it after `ms` already, unless what is returned is called before. */
  readonly atMost: (ms: number) => () => void;
  readonly done: () => void;
  /** The time begins anew. */
  readonly extend: () => void;
}

export function deadline(ms: number, parent?: AbortSignal): Deadline {
  const own = new AbortController();
  let passed = false;
  const expire = (): void => {
    passed = true;
    own.abort();
  };
  const timer = setTimeout(expire, ms);
  const follow = (): void => own.abort();
  if (parent?.aborted) own.abort();
  else parent?.addEventListener('abort', follow, { once: true });
  return {
    signal: own.signal,
    passed: () => passed,
    atMost: sooner => {
      const early = setTimeout(expire, sooner);
      return () => clearTimeout(early);
    },
    extend: () => void timer.refresh(),
    done: () => {
      clearTimeout(timer);
      parent?.removeEventListener('abort', follow);
    },
  };
}

/** Waits that can be ended early, by `wake()` or by the signal. */
export interface Pause {
  /** Resolves true when woken, false when the time is up or the signal ended it. */
  readonly rest: (ms: number, signal: AbortSignal) => Promise<boolean>;
  readonly wake: () => void;
}

export function pause(): Pause {
  const sleepers = new Set<() => void>();
  return {
    rest: (ms, signal) =>
      new Promise(resolve => {
        if (signal.aborted) return resolve(false);
        const end = (woken: boolean): void => {
          clearTimeout(timer);
          sleepers.delete(wake);
          signal.removeEventListener('abort', stop);
          resolve(woken);
        };
        const wake = (): void => end(true);
        const stop = (): void => end(false);
        const timer = setTimeout(stop, Math.min(ms, 2 ** 31 - 1));
        sleepers.add(wake);
        signal.addEventListener('abort', stop, { once: true });
      }),
    wake: () => {
      for (const wake of [...sleepers]) wake();
    },
  };
}

/** At most `limit` tasks at once, in the order they came. */
export function slots(limit: number): <T>(task: () => Promise<T>) => Promise<T> {
  let free = limit;
  const queue: (() => void)[] = [];
  return async task => {
    if (free > 0) free--;
    else await new Promise<void>(resolve => queue.push(resolve));
    try {
      return await task();
    } finally {
      const next = queue.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}
