/** Tells listeners that something changed: the first time at once, then no more often than its pace allows, however much changed. */
export interface Notifier {
  readonly changed: () => void;
  /** The same for what can wait so many ms; what comes meanwhile is told with it. */
  readonly soon: (ms: number) => void;
  readonly listen: (listener: () => void) => () => void;
  readonly close: () => void;
}

/** A reading of everything costs a copy of what changed since the last one: in a flood not for each change, but every `paceMs`. */
export function notifier(paceMs: number): Notifier {
  const listeners = new Set<() => void>();
  let due: NodeJS.Immediate | null = null;
  let paced: NodeJS.Timeout | undefined;
  let later: NodeJS.Timeout | undefined;
  let toldAt = Number.NEGATIVE_INFINITY;
  let closed = false;
  const tell = (): void => {
    due = null;
    for (const timer of [paced, later]) clearTimeout(timer);
    paced = undefined;
    later = undefined;
    toldAt = performance.now();
    for (const listener of [...listeners]) listener();
  };
  const changed = (): void => {
    if (closed || due !== null || paced !== undefined) return;
    const wait = toldAt + paceMs - performance.now();
    if (wait <= 0) due = setImmediate(tell);
    else paced = setTimeout(tell, wait);
  };
  return {
    changed,
    soon: ms => {
      if (!closed) later ??= setTimeout(changed, ms);
    },
    listen: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      closed = true;
      if (due !== null) clearImmediate(due);
      for (const timer of [paced, later]) clearTimeout(timer);
      listeners.clear();
    },
  };
}

/** A door: open, or closed until somebody opens it. Waiting ends with the signal as well. */
export interface Gate {
  readonly open: () => void;
  readonly shut: () => void;
  readonly pass: (signal: AbortSignal) => Promise<void>;
}

export function gate(): Gate {
  let isOpen = true;
  const waiting = new Set<() => void>();
  return {
    open: () => {
      isOpen = true;
      for (const go of [...waiting]) go();
    },
    shut: () => {
      isOpen = false;
    },
    pass: signal =>
      new Promise(resolve => {
        if (isOpen || signal.aborted) return resolve();
        const go = (): void => {
          waiting.delete(go);
          signal.removeEventListener('abort', go);
          resolve();
        };
        waiting.add(go);
        signal.addEventListener('abort', go, { once: true });
      }),
  };
}
