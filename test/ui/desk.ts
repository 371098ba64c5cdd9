import type { AppState } from '../../src/store/app-state.ts';
import { realTimers } from '../../src/store/feed.ts';
import type { Effect } from '../../src/store/intents.ts';
import { createAppStore } from '../../src/store/store.ts';
import { screenClock } from '../../src/ui/clock.ts';
import { painter } from '../../src/ui/painter.ts';
import { press } from '../../src/ui/use-keys.ts';
import { NOW } from './fixtures/story.ts';

/** Keys, state and frames without a terminal: a key is pressed by its name, time is moved by hand. */
export function deskWith(initial: AppState, size = { columns: 120, rows: 40 }) {
  const store = createAppStore(initial);
  const effects: Effect[] = [];
  const moment = { time: NOW };
  const now = (): number => moment.time;
  const clock = screenClock(store, now, { ...realTimers, after: () => () => {} });
  const paint = painter(store, clock, { colour: false, ascii: false }, now);
  const desk = { store, painter: paint, perform: (effect: Effect) => effects.push(effect), now };
  paint.frameFor(size);
  return {
    store,
    effects,
    state: () => store.getState(),
    screen: () =>
      paint
        .frameFor(size)
        .rows.map(row => row.map(piece => piece.text).join(''))
        .join('\n'),
    /** Presses keys one after another, drawing between them as the app does. */
    keys: (...names: readonly string[]) => {
      for (const name of names) {
        press(desk, name);
        paint.frameFor(size);
      }
    },
    wait: (ms: number) => {
      moment.time += ms;
    },
  };
}
