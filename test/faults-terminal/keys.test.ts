import fc from 'fast-check';
import { expect } from 'vitest';
import type { AppState } from '../../src/store/app-state.ts';
import { realTimers } from '../../src/store/feed.ts';
import type { Effect } from '../../src/store/intents.ts';
import { createAppStore } from '../../src/store/store.ts';
import { screenClock } from '../../src/ui/clock.ts';
import { readingOf } from '../../src/ui/key-name.ts';
import { painter } from '../../src/ui/painter.ts';
import { blindly } from '../../src/ui/use-keys.ts';
import { armed, NOW, plan } from '../ui/fixtures/story.ts';
import { isFull, rowTest } from './support/row-test.ts';

const SIZE = { columns: 120, rows: 40 };
const WORD = plan.typedWord ?? '';
const noKey = {} as Parameters<typeof readingOf>[1];

/** The monitor's keys with an open lock and something to repair; `read` is what one read of the terminal brought. */
function keyboard(initial: AppState = armed) {
  const store = createAppStore(initial);
  const deeds: Effect[] = [];
  const moment = { time: NOW };
  const now = (): number => moment.time;
  const clock = screenClock(store, now, { ...realTimers, after: () => () => {} });
  const paint = painter(store, clock, { colour: false, ascii: false }, now);
  const perform = (effect: Effect): void => {
    if (effect.kind === 'start-run') deeds.push(effect);
  };
  const type = blindly({ store, painter: paint, perform, now });
  return {
    deeds,
    store,
    read: (bytes: string, afterMs = 400) => {
      moment.time += afterMs;
      paint.frameFor(SIZE);
      type(readingOf(bytes, noKey));
    },
  };
}

rowTest('T10', { what: 'a paste of 1 MiB that is not marked' }, measured => {
  const { deeds, read } = keyboard();
  const line = `F\r${WORD}\r${WORD}\ry\r\nyPSA`;
  const paste = line.repeat(Math.ceil(1_048_576 / line.length));
  const from = performance.now();
  for (let at = 0; at < paste.length; at += 4_096) read(paste.slice(at, at + 4_096));
  expect(deeds).toEqual([]);
  measured(`0 actions, ${Math.round(performance.now() - from)} ms`);
});

const pieces = [
  ...[
    '\x1b[?62;22c',
    '\x1b[12;40R',
    '\x1b]11;rgb:0/0/0\x07',
    '\x1b[I',
    '\x1b[<0;10;10M',
    '\x1b[M !!',
    '\x1b[200~y\r\x1b[201~',
  ],
  ...['F', 'u', 'P', 'a', 'S', 'R', 'y', '\r', '\x1b', 'j', '4', 'q', ':', WORD, WORD.slice(0, 3), '\x7f'],
];

rowTest(
  'T10',
  { what: 'garbage and replies of the terminal, several keys a read', withinMs: 120_000 },
  measured => {
    const reads = fc.array(
      fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 4 })),
      { minLength: 2, maxLength: 8 },
    );
    const runs = isFull ? 18_000 : 40;
    let inputs = 0;
    fc.assert(
      fc.property(fc.array(reads, { minLength: 1, maxLength: 10 }), all => {
        const { deeds, read } = keyboard();
        for (const parts of all) {
          // More than one key keeps every read from being one that a hand may have made.
          inputs++;
          read(`${parts.join('')}xx`);
        }
        expect(deeds).toEqual([]);
      }),
      { numRuns: runs },
    );
    measured(`0 actions in ${inputs} inputs`);
  },
);

rowTest('T13', {}, measured => {
  const times = isFull ? 200 : 40;
  let starts = 0;
  for (let i = 0; i < times; i++) {
    const { deeds, read } = keyboard();
    if (i % 2 === 0) read(`F${WORD}\r`);
    else for (const key of ['F', ...WORD, '\r']) read(key, 10);
    starts += deeds.length;
  }
  expect(starts).toBe(0);
  // The same keys after the question was on the screen: so the row can fail.
  const { deeds, read } = keyboard();
  for (const key of ['F', ...WORD, '\r']) read(key);
  expect(deeds).toHaveLength(1);
  measured(`0 starts in ${times}, in one read and key by key`);
});
