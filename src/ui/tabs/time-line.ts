import type { Verdict } from '../../layers/layer.ts';
import type { Run } from '../../runs/run.ts';
import { axes } from '../../store/app-state.ts';
import { badness, flaps, timeline } from '../../store/history.ts';
import { windowOf } from '../../store/select/as-it-was.ts';
import { historyEntries } from '../../store/select/history-entries.ts';
import { type Safe, say } from '../../text/safe.ts';
import { clock, moment } from '../format.ts';
import type { Scene } from '../panes/scene.ts';
import { layersShown } from '../panes/tower.ts';
import { blank, cell, line, type Row, type Span, span } from '../row.ts';
import { verdictGlyph, verdictTone } from '../theme.ts';

/** Columns of the names before the cells, and of the counts behind them. */
const NAME = 9;
const COUNT = 5;
/** Rows from which each layer has a row of its own; below it all share one. */
const ROOMY = 16;

/** A row for each layer, a cell for each span of time with the worst that was seen in it; the cursor where the past is looked at. */
export function timeLine(
  scene: Scene,
  columns: number,
  rows: number,
): { readonly rows: readonly Row[]; readonly cells: number } {
  const cells = Math.max(12, Math.min(144, columns - NAME - COUNT - 1));
  if (columns < 30 || rows < 6) return { rows: [], cells };
  const { start, end, cell: ms } = windowOf(scene.state, scene.present, cells);
  const { history, memory } = scene.state.world;
  const layers = layersShown(scene).map(layer => ({
    name: layer.short,
    seen: timeline(history, layer.id, end, ms, cells, memory.gaps),
    turned: flaps(history, layer.id, scene.present - axes[0]),
  }));
  const head = [cursorRow(scene, start, ms, cells), scaleRow(scene, cells, end)];
  const acts = actionRow(scene, start, ms, cells);
  if (rows < ROOMY) {
    const worst = Array.from({ length: cells }, (_, i) => worstOf(layers.map(({ seen }) => seen[i] ?? null)));
    return { rows: [...head, verdictRow(scene, say`all`, worst, 0), ...acts], cells };
  }
  const body = layers.map(({ name, seen, turned }) => verdictRow(scene, name, seen, turned));
  return { rows: [...head, ...body, ...acts, blank], cells };
}

function verdictRow(scene: Scene, name: Safe, seen: readonly (Verdict | null)[], turned: number): Row {
  const note = turned === 0 ? ('' as Safe) : say` ×${turned}`;
  return [...cell(name, NAME, scene.look), ...seen.map(cellOf), span(note, 'dim')];
}

/** A sign for each verdict, so that it is read without colour too. Sound is a line: what is not stands out. */
function cellOf(verdict: Verdict | null): Span {
  if (verdict === null) return span(' ' as Safe);
  return span(verdict === 'healthy' ? ('─' as Safe) : verdictGlyph[verdict], verdictTone[verdict]);
}

function worstOf(all: readonly (Verdict | null)[]): Verdict | null {
  return all.filter(verdict => verdict !== null).toSorted((a, b) => badness[b] - badness[a])[0] ?? null;
}

function cursorRow({ state, time, present }: Scene, start: number, ms: number, cells: number): Row {
  const { asOf } = state.view;
  if (asOf === null) return blank;
  const at = Math.max(0, Math.min(cells - 1, Math.floor((asOf - start) / ms)));
  const text = clock(time, present);
  const isLeft = at + text.length + 2 > cells;
  const label = isLeft ? say`${text} ▼` : say`▼ ${text}`;
  const from = isLeft ? at - text.length - 1 : at;
  return [span(' '.repeat(NAME + Math.max(0, from)) as Safe), span(label, 'key')];
}

const HOUR = 3_600_000;

/** Five marks: how long ago while the end is now, else the time of day. */
function scaleRow({ state, present }: Scene, cells: number, end: number): Row {
  const span = axes[state.view.axis] ?? axes[0];
  const isNow = end >= present;
  const marks = [4, 3, 2, 1, 0].map(part => {
    const back = (span * part) / 4;
    if (!isNow) return moment(end - back, present).slice(-5);
    if (part === 0) return state.mode.badge === 'REPLAY' ? 'end' : 'now';
    return back >= HOUR ? `-${round(back / HOUR)}h` : `-${round(back / 60_000)}m`;
  });
  const letters = Array.from({ length: cells + NAME }, () => ' ');
  marks.forEach((mark, i) => {
    const at = NAME + Math.round(((cells - 1) * i) / 4);
    const from = i === 0 ? NAME : Math.max(0, at - mark.length + 1);
    [...mark].forEach((letter, j) => {
      letters[from + j] = letter;
    });
  });
  return line(letters.join('').trimEnd() as Safe, 'dim');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Where actions ran; the worst of a cell counts. No row while there was none. */
function actionRow(scene: Scene, start: number, ms: number, cells: number): readonly Row[] {
  const found = new Map<number, Run['state']>();
  for (const entry of historyEntries(scene.state)) {
    if (!('run' in entry)) continue;
    const at = Math.floor((entry.at - start) / ms);
    if (at < 0 || at >= cells || (found.get(at) ?? 'succeeded') !== 'succeeded') continue;
    found.set(at, entry.run.state);
  }
  if (found.size === 0) return [];
  const marks = Array.from({ length: cells }, (_, i) => {
    const state = found.get(i);
    if (state === undefined) return span(' ' as Safe);
    return span('◆' as Safe, state === 'succeeded' ? 'ok' : 'warn');
  });
  return [[...cell(say`actions`, NAME, scene.look), ...marks]];
}
