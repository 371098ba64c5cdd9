import type { Behaviour } from '../world.ts';

/** Whether answers may leave the server. While it hangs nothing does; afterwards everything held back goes out. */
export interface Gate {
  isOpen(): boolean;
  /** Resolves at once, or when the server answers again. */
  whenOpen(): Promise<void>;
  /** Calls back each time the gate opens; returns the undo. */
  onOpen(run: () => void): () => void;
  /** To be called when `reach` changed. */
  changed(): void;
}

export function createGate(behaviour: Behaviour): Gate {
  const listeners = new Set<() => void>();
  const isOpen = (): boolean => behaviour.reach === 'normal';
  return {
    isOpen,
    whenOpen: () =>
      new Promise(resolve => {
        if (isOpen()) return resolve();
        const listener = (): void => {
          listeners.delete(listener);
          resolve();
        };
        listeners.add(listener);
        return undefined;
      }),
    onOpen: run => {
      listeners.add(run);
      return () => listeners.delete(run);
    },
    changed: () => {
      if (isOpen()) for (const run of [...listeners]) run();
    },
  };
}
