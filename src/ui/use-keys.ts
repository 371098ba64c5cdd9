import { useInput, usePaste } from 'ink';
import { act, type Effect } from '../store/intents.ts';
import type { AppStore } from '../store/store.ts';
import { intentsOf } from './dispatch.ts';
import { keyNames } from './key-name.ts';
import type { Painter } from './painter.ts';

/** What the keys work on. */
export interface Desk {
  readonly store: AppStore;
  readonly painter: Painter;
  readonly perform: (effect: Effect) => void;
  readonly now: () => number;
}

/** The only place that listens to keys. Pasted text is swallowed: a paste must never start anything. */
export function useKeys(desk: Desk): void {
  usePaste(() => {});
  useInput((input, key) => {
    for (const name of keyNames(input, key)) press(desk, name);
  });
}

/** Handles one key: the state changes at once, effects are handed on. */
export function press({ store, painter, perform, now }: Desk, key: string): void {
  for (const intent of intentsOf(key, store.getState())) {
    const { page, total, start, cells, isReadable = true } = painter.last();
    const before = store.getState();
    const { state, effects } = act(before, intent, { now: now(), page, total, start, cells, isReadable });
    if (state !== before) store.setState(state, true);
    for (const effect of effects) perform(effect);
  }
}
