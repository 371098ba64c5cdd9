import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AppState } from './app-state.ts';

export type AppStore = StoreApi<AppState>;

/** The one place where the state of a monitor lives; made by the composition root and handed down. */
export function createAppStore(initial: AppState): AppStore {
  return createStore<AppState>(() => initial);
}
