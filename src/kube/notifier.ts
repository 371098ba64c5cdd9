/** Tells listeners that something changed, at most once per turn of the event loop, however much changed. */
export interface Notifier {
  readonly changed: () => void;
  readonly listen: (listener: () => void) => () => void;
  readonly close: () => void;
}

export function notifier(): Notifier {
  const listeners = new Set<() => void>();
  let due: NodeJS.Immediate | null = null;
  let closed = false;
  const tell = (): void => {
    due = null;
    for (const listener of [...listeners]) listener();
  };
  return {
    changed: () => {
      if (!closed) due ??= setImmediate(tell);
    },
    listen: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      closed = true;
      if (due !== null) clearImmediate(due);
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
