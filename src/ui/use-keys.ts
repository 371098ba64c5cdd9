import { useInput, usePaste } from 'ink';
import { useRef } from 'react';
import { act, type Effect } from '../store/intents.ts';
import type { AppStore } from '../store/store.ts';
import { tell } from '../store/updates.ts';
import { type Safe, say } from '../text/safe.ts';
import { intentsOf } from './dispatch.ts';
import { type Reading, readingOf } from './key-name.ts';
import type { Painter } from './painter.ts';

/** What the keys work on. */
export interface Desk {
  readonly store: AppStore;
  readonly painter: Painter;
  readonly perform: (effect: Effect) => void;
  readonly now: () => number;
  /** The terminal does not show what was drawn last: whoever types cannot know what is asked. */
  readonly isLate?: () => boolean;
}

/** The only place that listens to keys. Pasted text is swallowed: a paste must never start anything. */
export function useKeys(desk: Desk): void {
  const typist = useRef(blindly(desk)).current;
  usePaste(() => {});
  useInput((input, key) => typist(readingOf(input, key)));
}

/** After the screen has caught up, keys that were typed before it did still arrive for this long, ms. */
const STILL_BLIND = 300;

/** More keys than a hand or a key held down makes in one read are a paste that its terminal did not mark. */
const MOST_TYPED = 48;

/** Ways out work at any time, and drawing anew is what one wants then. */
const always = new Set(['ctrl-c', 'ctrl-l', 'ctrl-z']);

/** Handles the keys of one read. While the screen is late, and shortly after, they are dropped: they were typed blindly. */
export function blindly(desk: Desk): (reading: Reading) => void {
  let lateAt = Number.NEGATIVE_INFINITY;
  return ({ names, isAlone }) => {
    if (names.length > MOST_TYPED) return;
    if (desk.isLate?.() === true) lateAt = desk.now();
    const isBlind = desk.now() - lateAt < STILL_BLIND;
    for (const name of names) {
      if (!isBlind || always.has(name)) press(desk, name, isAlone);
      else ignored(desk, say`the screen was behind: what was pressed meanwhile is ignored, press it again`);
    }
  };
}

/** What no key starts that came in one read with others: so comes what is pasted or was typed ahead, and nobody read the question. */
const deeds = new Set<Effect['kind']>(['start-run', 'stop-run', 'probe', 'break', 'switch-context']);

/** Handles one key: the state changes at once, effects are handed on. A key that came with others is never the last word. */
export function press({ store, painter, perform, now }: Desk, key: string, isAlone = true): void {
  for (const intent of intentsOf(key, store.getState())) {
    const { page, total, start, cells, isReadable = true } = painter.last();
    const before = store.getState();
    const { state, effects } = act(before, intent, { now: now(), page, total, start, cells, isReadable });
    if (!isAlone && (state.lock.armedUntil !== before.lock.armedUntil || effects.some(isDeed))) {
      ignored({ store, now }, say`that key came together with others and starts nothing: press it again`);
      continue;
    }
    if (state !== before) store.setState(state, true);
    for (const effect of effects) perform(effect);
  }
}

function ignored({ store, now }: Pick<Desk, 'store' | 'now'>, why: Safe): void {
  store.setState(state => tell(state, why, now(), 'bad'));
}

function isDeed({ kind }: Effect): boolean {
  return deeds.has(kind);
}
