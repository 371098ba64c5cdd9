import type { AppState } from '../store/app-state.ts';
import { asItWas, presentOf } from '../store/select/as-it-was.ts';
import { type Banner, banner as select } from '../store/select/banner.ts';
import { shownTime } from '../store/select/chosen.ts';
import { type Safe, say } from '../text/safe.ts';
import { width } from '../text/width.ts';
import { banner } from './panes/banner.ts';
import { dialogBox } from './panes/dialog.ts';
import { footer } from './panes/footer.ts';
import { header, linkSpan, pastSpan } from './panes/header.ts';
import { layerList } from './panes/list.ts';
import { overlayBox } from './panes/overlay.ts';
import { rootText } from './panes/root-line.ts';
import type { Scene } from './panes/scene.ts';
import { side } from './panes/side.ts';
import { strip } from './panes/strip.ts';
import { TOWER_ROWS, tower } from './panes/tower.ts';
import { beside, blank, columnsOf, compact, fitted, line, over, type Row, span } from './row.ts';
import type { Look } from './theme.ts';

/** A whole screen: exactly as many lines as the terminal has rows, each exactly as wide. */
export interface Frame {
  readonly rows: readonly Row[];
  /** How far the thing that scrolls is scrolled, for the keys that move in it. */
  readonly page: number;
  readonly total: number;
  readonly start?: number;
  /** Cells of the time line, when it is shown. */
  readonly cells?: number;
  /** False while a question is open that this terminal is too small to show: it cannot be answered then. */
  readonly isReadable?: boolean;
}

export interface Viewport {
  readonly columns: number;
  readonly rows: number;
  readonly look: Look;
  /** Local epoch ms. */
  readonly now: number;
  readonly turn: number;
}

/** Draws the state. Pure: the same state, moment and size give the same lines. */
export function frame(state: AppState, viewport: Viewport): Frame {
  const { columns, rows, look, now, turn } = viewport;
  const { asOf } = state.view;
  const present = presentOf(state, now);
  const scene: Scene =
    asOf === null
      ? { state, now, time: shownTime(state, now), present, turn, look }
      : { state: asItWas(state), now: asOf - state.world.skew, time: asOf, present, turn: 0, look };
  const under = screen(scene, columns, rows);
  const covered = cover(under, scene, columns, rows);
  const lines = Array.from({ length: rows }, (_, i) =>
    compact(fitted(covered.rows[i] ?? blank, columns, look)),
  );
  return { ...covered, rows: lines };
}

/** The smallest terminal that gets more than one line. */
const TINY = { columns: 24, rows: 10 };
const WIDE = { columns: 100, rows: 24 };
/** Rows from which a narrow screen spares a third line for the command. */
const ROOMY = 20;
/** Rows from which there is a line for the other clusters. */
const STRIPPED = 16;
const HEADED = { columns: 60, rows: 12 };

function screen(scene: Scene, columns: number, rows: number): Frame {
  if (columns < TINY.columns || rows < TINY.rows) return tooSmall(scene, columns, rows);
  const { view } = scene.state;
  const isHeaded = columns >= HEADED.columns && rows >= HEADED.rows;
  if (!isHeaded)
    return view.focus === 'side' || view.zoom ? tinySide(scene, columns, rows) : tiny(scene, columns, rows);
  const isWide = columns >= WIDE.columns && rows >= WIDE.rows;
  const clusters = rows >= STRIPPED ? strip(scene, columns) : null;
  const head = [
    header(scene, columns),
    ...(clusters === null ? [] : [clusters]),
    ...bannerRows(scene, columns, isWide || rows >= ROOMY ? 3 : 2),
  ];
  const room = rows - head.length - 1;
  const body = isWide ? wide(scene, columns, room) : narrow(scene, columns, room);
  return { ...body, rows: [...head, ...body.rows.slice(0, room), footer(scene, columns)] };
}

/** The banner keeps its place while something is wrong, so that nothing jumps; calm, it takes two lines. */
function bannerRows(scene: Scene, columns: number, most: number): Row[] {
  const drawn = banner(scene, columns, most);
  const isCalm = select(scene.state).kind === 'calm';
  const height =
    isCalm || columns < WIDE.columns ? Math.max(Math.min(2, most), isCalm ? 0 : drawn.length) : most;
  return Array.from({ length: height }, (_, i) => drawn[i] ?? blank);
}

function wide(scene: Scene, columns: number, rows: number): Frame {
  const { view } = scene.state;
  if (view.zoom && view.focus === 'side') return side(scene, columns, rows);
  const left = view.zoom ? columns : Math.max(44, Math.min(60, Math.floor(columns * 0.42)));
  const panels = rows >= TOWER_ROWS ? tower(scene, left, rows) : layerList(scene, left);
  if (view.zoom) return { rows: panels, page: rows, total: panels.length };
  const pane = side(scene, columns - left, rows);
  return { ...pane, rows: beside(panels, pane.rows) };
}

function narrow(scene: Scene, columns: number, rows: number): Frame {
  const { view } = scene.state;
  const list = layerList(scene, columns);
  const room = rows - list.length - 1;
  const isAlone = view.zoom || room < 4;
  if (isAlone && view.focus === 'side') return side(scene, columns, rows);
  if (isAlone) {
    const panels = rows >= TOWER_ROWS ? tower(scene, columns, rows) : list;
    return { rows: panels, page: rows, total: panels.length };
  }
  const rule = line(` ${'─'.repeat(Math.max(0, columns - 2))}` as Safe, 'dim');
  const pane = side(scene, columns, room);
  return { ...pane, rows: [rule, ...list, ...pane.rows] };
}

function tiny(scene: Scene, columns: number, rows: number): Frame {
  const list = layerList(scene, columns);
  const gap = Math.max(0, rows - list.length - 2);
  const end = footer(scene, columns, [linkSpan(scene), span(' ' as Safe)]);
  const all = [verdictRow(scene, columns), ...list, ...Array.from({ length: gap }, () => blank), end];
  return { rows: all, page: rows, total: list.length };
}

function tinySide(scene: Scene, columns: number, rows: number): Frame {
  const pane = side(scene, columns, rows - 2);
  return { ...pane, rows: [verdictRow(scene, columns), ...pane.rows, footer(scene, columns)] };
}

function tooSmall(scene: Scene, columns: number, rows: number): Frame {
  return { rows: [verdictRow(scene, columns)], page: rows, total: 1 };
}

/** The verdict in one line, for screens that hold little more. */
function verdictRow(scene: Scene, columns: number): Row {
  const past = pastSpan(scene, say` `);
  return [...past, ...verdictSpans(scene, columns - columnsOf(past))];
}

function verdictSpans(scene: Scene, columns: number): Row {
  const found = select(scene.state);
  switch (found.kind) {
    case 'nothing':
      return line(say`? nobody looked then`, 'unknown');
    case 'connecting':
      return line(say`? connecting`, 'unknown');
    case 'running':
      return line(say`◐ ${found.run.plan.title}`, 'warn');
    case 'ended':
      return line(
        say`${found.run.state as Safe}: ${found.run.plan.title}`,
        found.run.state === 'succeeded' ? 'ok' : 'bad',
      );
    case 'root':
      return [span(say`✗ `, 'bad'), span(shortVerdict(found, columns - 2), 'strong')];
    case 'countdown':
      return line(say`▲ heals itself: ${found.remedy.title}; H stops it`, 'warn');
    case 'unclear':
      return line(
        say`? ${found.layers.map(layer => layer.short).join(', ') as Safe}: ${found.verdict as Safe}`,
        'unknown',
      );
    case 'calm':
      return line(say`● all healthy`, 'ok');
  }
}

function shortVerdict({ root, title }: Extract<Banner, { kind: 'root' }>, columns: number): Safe {
  const lead = say`${title}: `;
  return say`${lead}${rootText(root, columns - width(lead))}`;
}

/** Puts the open question, or the open list, over the screen. */
function cover(under: Frame, scene: Scene, columns: number, rows: number): Frame {
  const { dialog, view } = scene.state;
  if (dialog === null && view.overlay === null) return under;
  if (columns < TINY.columns || rows < 5) return { ...under, isReadable: false };
  const most = Math.min(columns, dialog === null ? 110 : 96);
  const isFull = columns - most < 4;
  const wideEnough = isFull ? columns : most;
  const page: Frame =
    dialog !== null
      ? { ...under, ...dialogBox(dialog, scene, wideEnough, rows) }
      : view.overlay !== null
        ? overlayBox(view.overlay, scene, wideEnough, rows - 1)
        : under;
  const top = Math.max(0, Math.floor((rows - page.rows.length) / 3));
  const left = Math.floor((columns - wideEnough) / 2);
  return { ...page, rows: over(padded(under.rows, rows), page.rows, top, left, columns, scene.look) };
}

function padded(lines: readonly Row[], rows: number): Row[] {
  return Array.from({ length: rows }, (_, i) => lines[i] ?? blank);
}
