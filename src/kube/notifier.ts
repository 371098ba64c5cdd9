/** Tells listeners that something changed, at most once per turn of the event loop, however much changed. */
export interface Notifier {
  readonly changed: () => void;
  /** The same for what can wait so many ms; what comes meanwhile is told with it. */
  readonly soon: (ms: number) => void;
  readonly listen: (listener: () => void) => () => void;
  readonly close: () => void;
}

export function notifier(): Notifier {
  const listeners = new Set<() => void>();
  let due: NodeJS.Immediate | null = null;
  let later: NodeJS.Timeout | undefined;
  let closed = false;
  const tell = (): void => {
    due = null;
    clearTimeout(later);
    later = undefined;
    for (const listener of [...listeners]) listener();
  };
  const changed = (): void => {
    if (!closed) due ??= setImmediate(tell);
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
      clearTimeout(later);
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
