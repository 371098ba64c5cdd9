import { describe, expect, it } from 'vitest';
import type { AppState } from '../../src/store/app-state.ts';
import { realTimers } from '../../src/store/feed.ts';
import type { Effect } from '../../src/store/intents.ts';
import { createAppStore } from '../../src/store/store.ts';
import { screenClock } from '../../src/ui/clock.ts';
import { readingOf } from '../../src/ui/key-name.ts';
import { painter } from '../../src/ui/painter.ts';
import { blindly } from '../../src/ui/use-keys.ts';
import { armed, NOW, plan } from './fixtures/story.ts';

const asked: AppState = {
  ...armed,
  dialog: { kind: 'confirm', plan, blockedBy: null, typed: '', openedAt: NOW - 1_000 },
};
const noKey = {} as Parameters<typeof readingOf>[1];
const word = [...(plan.typedWord ?? '')];

function typist(state: AppState) {
  const store = createAppStore(state);
  const effects: Effect[] = [];
  const around = { isLate: false, time: NOW };
  const now = (): number => around.time;
  const clock = screenClock(store, now, { ...realTimers, after: () => () => {} });
  const paint = painter(store, clock, { colour: false, ascii: false }, now);
  paint.frameFor({ columns: 120, rows: 40 });
  const handle = blindly({
    store,
    painter: paint,
    perform: effect => effects.push(effect),
    now,
    isLate: () => around.isLate,
  });
  const type = (names: readonly string[]) => handle({ names, isAlone: names.length === 1 });
  return { store, effects, around, type, read: (bytes: string) => handle(readingOf(bytes, noKey)) };
}

describe('a question on the screen', () => {
  it('is answered by a word and an Enter that came by itself', () => {
    const { effects, type } = typist(asked);
    type(word);
    type(['enter']);
    expect(effects.map(({ kind }) => kind)).toEqual(['start-run']);
  });

  it('is not answered by an Enter that came with the word, as in a paste or typed ahead', () => {
    const { effects, store, type } = typist(asked);
    type([...word, 'enter']);
    expect(effects).toEqual([]);
    expect(store.getState().dialog).not.toBeNull();
  });

  it('does not get keys that were typed while the terminal showed nothing new, nor those that come right after', () => {
    const { effects, store, around, type } = typist(asked);
    around.isLate = true;
    type(word);
    type(['enter']);
    around.isLate = false;
    around.time += 200;
    type(word);
    expect(store.getState().dialog).toMatchObject({ typed: '' });
    around.time += 200;
    for (const key of [...word, 'enter']) type([key]);
    expect(effects.map(({ kind }) => kind)).toEqual(['start-run']);
  });

  it('can be left even so', () => {
    const { effects, around, type } = typist(asked);
    around.isLate = true;
    type(['ctrl-c']);
    expect(effects.map(({ kind }) => kind)).toEqual(['quit']);
  });
});

describe('keys in one read', () => {
  it('are a paste when no hand types so many at once', () => {
    const { store, type } = typist(armed);
    type(Array.from({ length: 49 }, () => '2'));
    expect(store.getState().view.layer).toBe(armed.view.layer);
  });

  it.each([
    ['the beginning of an answer of the terminal', '\x1bPjxx'],
    ['a whole one', '\x1b[?62;22c'],
    ['a paste', '\x1b[200~x\x1b[201~'],
    ['a broken character', '\ud800'],
  ])('answer no question when %s came with the one that is left', (_, beside) => {
    for (const bytes of [`\r${beside}`, `${beside}\r`]) {
      const { effects, type, read } = typist(asked);
      type(word);
      read(bytes);
      expect(effects).toEqual([]);
      read('\r');
      expect(effects.map(({ kind }) => kind)).toEqual(['start-run']);
    }
  });

  it('neither open the lock nor probe nor break, but move', () => {
    const { effects, store, type } = typist({ ...armed, lock: { ...armed.lock, armedUntil: null } });
    type(['u', 'P', '2', 'j']);
    expect(store.getState().lock.armedUntil).toBeNull();
    expect(effects).toEqual([]);
    expect(store.getState().view.layer).toBe('pod-network');
  });
});
