import { say } from '../../text/safe.ts';
import { type AppState, axes } from '../app-state.ts';
import type { Moment } from '../moments.ts';
import { endOf, presentOf, windowOf } from '../select/as-it-was.ts';
import { historyEntries } from '../select/history-entries.ts';
import { tell } from '../updates.ts';
import type { Circumstances } from './intent.ts';
import { withView } from './navigate.ts';

export type Stride = 'cell' | 'change' | 'minute';

const MINUTE = 60_000;

/** Goes back or on in time: by a cell of the time line, to the change before or after, or by a minute. */
export function travel(state: AppState, by: 1 | -1, stride: Stride, around: Circumstances): AppState {
  const { moments } = state.world.memory;
  const [first] = moments;
  if (first === undefined) return tell(state, say`nothing is remembered yet`, around.now);
  const present = presentOf(state, around.now);
  const from = state.view.asOf ?? present;
  const to =
    stride === 'change'
      ? changeFrom(moments, from, by)
      : stride === 'minute'
        ? from + by * MINUTE
        : cellFrom(state, from, by, around);
  if (to === null) return by > 0 ? now(state) : tell(state, say`nothing older is remembered`, around.now);
  if (to < first.at && from <= first.at) return tell(state, say`nothing older is remembered`, around.now);
  return goTo(state, to, present);
}

/** Shows the screen as it was at that moment, with this row of the history selected, else the one that led to it. */
export function goTo(state: AppState, at: number, present: number, row?: number): AppState {
  if (at >= present && state.mode.badge !== 'REPLAY') return now(state);
  const asOf = Math.max(state.world.memory.moments[0]?.at ?? at, Math.min(at, present));
  const index = row ?? historyEntries(state).findIndex(entry => entry.at <= asOf);
  const scroll = { ...state.view.scroll, history: Math.max(0, index), why: 0 };
  return withView(state, { asOf, scroll, detail: null, overlay: null });
}

/** Back to the present; a recording has its end instead. */
export function now(state: AppState): AppState {
  const isReplay = state.mode.badge === 'REPLAY';
  return withView(state, { asOf: isReplay ? endOf(state.world) : null, playing: false });
}

/** Plays a recording, or halts it; from its end it begins anew. */
export function turnPlay(state: AppState): AppState {
  const { view, world } = state;
  const [first] = world.memory.moments;
  const isAtEnd = (view.asOf ?? 0) >= endOf(world);
  const asOf = !view.playing && isAtEnd ? (first?.at ?? view.asOf) : view.asOf;
  return withView(state, { playing: !view.playing, asOf });
}

/** Lets the time line span less, and after the least all of it again. */
export function turnAxis(state: AppState): AppState {
  return withView(state, { axis: (state.view.axis + 1) % axes.length });
}

function changeFrom(moments: readonly Moment[], from: number, by: 1 | -1): number | null {
  const next = by < 0 ? moments.findLast(({ at }) => at < from) : moments.find(({ at }) => at > from);
  return next?.at ?? null;
}

/** The next cell: the moment in it that was worst, so that what the cell shows is what one sees; its end when nothing changed in it. */
function cellFrom(state: AppState, from: number, by: 1 | -1, around: Circumstances): number {
  const { start, cell } = windowOf(state, presentOf(state, around.now), around.cells ?? 52);
  const index = Math.floor((from - start) / cell - (state.view.asOf === null ? 1e-9 : 0)) + by;
  const begin = start + index * cell;
  const inside = state.world.memory.moments.filter(({ at }) => at >= begin && at < begin + cell);
  const [worst] = inside.toSorted((a, b) => badness(b) - badness(a) || a.at - b.at);
  return worst?.at ?? begin + cell / 2;
}

function badness({ picture }: Moment): number {
  return { down: 4, degraded: 3, unknown: 2, progressing: 1, healthy: 0 }[picture.diagnosis.verdict];
}
