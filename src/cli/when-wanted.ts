import type { AppState } from '../store/app-state.ts';
import type { AppStore } from '../store/store.ts';

/** So long, ms, a healthy cluster that nobody wants to change is left alone with the workstation. */
const PATIENCE_MS = 12_000;

/**
 * Settles when it matters what the workstation has: something is broken, the lock is open, or the components are looked
 * at; else after a while. Asking every tool for its version costs more than watching a healthy cluster begins with.
 */
export function whenWanted(
  store: AppStore,
  patienceMs = PATIENCE_MS,
): { readonly wanted: Promise<void>; readonly close: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, patienceMs);
  const undo = store.subscribe(state => {
    if (isWanted(state)) resolve();
  });
  const close = (): void => {
    undo();
    clearTimeout(timer);
  };
  void promise.then(close);
  if (isWanted(store.getState())) resolve();
  return { wanted: promise, close };
}

function isWanted({ lock, view, world: { model } }: AppState): boolean {
  return lock.armedUntil !== null || view.tab === 'components' || (model?.diagnosis.root ?? null) !== null;
}
