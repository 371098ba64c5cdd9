import type { AppState, Overlay } from '../../store/app-state.ts';
import { clusterCells, type ShownCell } from '../../store/select/cluster-cells.ts';
import { argvLine } from '../../store/select/command-line.ts';
import { firstKey } from '../../store/taste.ts';
import { type Safe, say } from '../../text/safe.ts';
import { width } from '../../text/width.ts';
import { box, innerColumns } from '../box.ts';
import { bindings as own } from '../keys.ts';
import { commands } from '../palette.ts';
import { blank, cell, line, type Row, type Span, span, spread, wrappedTo } from '../row.ts';
import { type Page, scrolled, windowStart } from '../tabs/page.ts';
import { helpRows } from './help.ts';
import { internalsRows } from './internals.ts';
import type { Scene } from './scene.ts';
import { spans } from './strip.ts';

/** A list or page over the screen, in at most `columns` by `rows`. */
export function overlayBox(overlay: Overlay, scene: Scene, columns: number, rows: number): Page {
  const inner = innerColumns(columns);
  const room = Math.max(1, rows - 2);
  const { title, page } = draw(overlay, scene, inner, room);
  const framed = box(
    page.rows,
    {
      title: [span(' ' as Safe), span(title, 'strong')],
      corner: cornerOf(overlay, page),
      tone: 'key',
      columns,
      rows: page.rows.length + 2,
    },
    scene.look,
  );
  return { ...page, rows: framed };
}

/** Which part of a page is seen, when there is more of it. */
function cornerOf(overlay: Overlay, { rows, total }: Page): Row {
  if (!('scroll' in overlay) || rows.length >= total) return blank;
  const start = Math.max(0, Math.min(overlay.scroll, total - rows.length));
  return [span(say`${start + 1}-${start + rows.length} of ${total} · `, 'dim'), span(say`j k`, 'key')];
}

function draw(overlay: Overlay, scene: Scene, columns: number, rows: number): { title: Safe; page: Page } {
  switch (overlay.kind) {
    case 'help':
      return { title: say`Keys`, page: scrolled(helpRows(scene, columns), overlay.scroll, rows) };
    case 'internals':
      return { title: say`Internals`, page: scrolled(internalsRows(scene, columns), overlay.scroll, rows) };
    case 'remedies':
      return {
        title: overlay.title,
        page: remedyList(overlay, scene, columns, rows),
      };
    case 'faults':
      return {
        title: say`Break the simulated cluster`,
        page: faultList(scene, overlay.index, columns, rows),
      };
    case 'contexts':
      return {
        title: say`Context`,
        page: list(contextItems(scene.state, overlay.index, scene.now), overlay.index, rows, 1),
      };
    case 'palette':
      return { title: say`Command`, page: palette(overlay, scene, rows) };
  }
}

/** A list of items of `each` lines, with a line of keys below it. */
function list(items: readonly (readonly Row[])[], index: number, rows: number, each: number): Page {
  const keys: Row = [
    span(say`Enter`, 'key'),
    span(say` choose   `, 'dim'),
    span(say`Esc`, 'key'),
    span(say` close`, 'dim'),
  ];
  const visible = Math.max(1, Math.floor((rows - 2) / each));
  const start = windowStart(index, items.length, visible);
  const shown = items.slice(start, start + visible).flat();
  return { rows: [...shown, blank, keys].slice(0, rows), page: visible, total: items.length };
}

/** What people do outside of groundup. */
const GUIDE = 'guide';

/** The remedies, and below them why the selected one cannot be run now. */
function remedyList(
  overlay: Extract<Overlay, { kind: 'remedies' }>,
  scene: Scene,
  columns: number,
  rows: number,
): Page {
  const selected = overlay.remedies[overlay.index];
  const blockedBy = selected?.blockedBy ?? null;
  const notNow = selected?.action === GUIDE ? say`by hand` : say`not now`;
  const reason =
    blockedBy === null ? [] : wrappedTo(2, say`${notNow}: ${blockedBy}`, columns, scene.look, 'warn');
  const note = reason.length === 0 ? [] : [blank, ...reason];
  const page = list(remedyItems(overlay, scene, columns), overlay.index, rows - note.length, 2);
  return { ...page, rows: [...page.rows.slice(0, -2), ...note, ...page.rows.slice(-2)] };
}

function remedyItems(
  overlay: Extract<Overlay, { kind: 'remedies' }>,
  scene: Scene,
  columns: number,
): Row[][] {
  return overlay.remedies.map((remedy, i) => {
    const [first] = remedy.commands;
    const isGuide = remedy.action === GUIDE;
    const reason = remedy.blockedBy === null || isGuide ? ('' as Safe) : say`  not now`;
    const left = [
      mark(i === overlay.index),
      ...cell(keyOf(remedy.key, scene.state), 3, scene.look, 'key'),
      span(remedy.title, i === overlay.index ? 'strong' : 'plain'),
    ];
    const right = [
      span(reason, 'warn'),
      span(isGuide ? say`  by hand` : say`  danger ${remedy.danger}`, remedy.danger >= 3 ? 'warn' : 'dim'),
    ];
    return [
      spread(left, right, columns, scene.look),
      cell(first === undefined ? ('' as Safe) : say`     ${argvLine(first)}`, columns, scene.look, 'dim'),
    ];
  });
}

/** A direct key, as it is called here. */
function keyOf(key: string | null, state: AppState): Safe {
  const id = key === null ? undefined : own.find(binding => binding.keys.includes(key))?.id;
  return id === undefined ? (' ' as Safe) : firstKey(state.mode.taste, id, (key ?? ' ') as Safe);
}

/** The faults, and below them the selected one to its end where titles are cut. */
function faultList({ state, look }: Scene, index: number, columns: number, rows: number): Page {
  const isCut = state.mode.faults.some(({ title }) => width(title) + 4 > columns);
  const title = state.mode.faults[index]?.title ?? ('' as Safe);
  const note = isCut ? [blank, ...wrappedTo(2, title, columns, look, 'dim'), blank].slice(0, 3) : [];
  const page = list(faultItems(state, index), index, rows - note.length, 1);
  return { ...page, rows: [...page.rows.slice(0, -2), ...note, ...page.rows.slice(-2)] };
}

function faultItems({ mode }: AppState, index: number): Row[][] {
  return mode.faults.map((fault, i) => [
    [
      mark(i === index),
      span(fault.broken ? say`✗ ` : say`  `, 'bad'),
      span(fault.title, i === index ? 'strong' : 'plain'),
      span(fault.broken ? say`  broken: Enter mends it` : ('' as Safe), 'dim'),
    ],
  ]);
}

function contextItems(state: AppState, index: number, now: number): Row[][] {
  const { mode } = state;
  const cells = clusterCells(state, now);
  return mode.contexts.map((context, i) => [
    [
      mark(i === index),
      span(context, i === index ? 'strong' : 'plain'),
      span(context === mode.context ? say`  shown now` : ('' as Safe), 'dim'),
      ...cells.filter(cell => cell.context === context).flatMap(cell => verdictOf(cell)),
    ],
  ]);
}

/** What the strip says of a chosen cluster, without its name. */
function verdictOf(cell: ShownCell): Row {
  const [glyph, , words] = spans(cell, true);
  return glyph === undefined || words === undefined ? [] : [span(say`  `), glyph, words];
}

function palette(overlay: Extract<Overlay, { kind: 'palette' }>, scene: Scene, rows: number): Page {
  const found = commands(scene.state, overlay.text);
  const visible = Math.max(1, Math.min(12, rows - 2));
  const index = Math.min(overlay.index, Math.max(0, found.length - 1));
  const start = windowStart(index, found.length, visible);
  const shown = found
    .slice(start, start + visible)
    .map((command, i) => [
      mark(start + i === index),
      ...cell(command.name as Safe, 20, scene.look, command.disabled === null ? 'plain' : 'dim'),
      ...cell(command.label, 8, scene.look, 'key'),
      span(command.disabled === null ? command.help : say`not now: ${command.disabled}`, 'dim'),
    ]);
  const typed: Row = [span(say`:${overlay.text as Safe}`, 'key'), span('▏' as Safe)];
  const none = line(say`no such command`, 'warn');
  const body = found.length === 0 ? [none] : shown;
  return { rows: [typed, ...body], page: visible, total: found.length };
}

function mark(isSelected: boolean): Span {
  return span((isSelected ? '▸ ' : '  ') as Safe, 'key');
}
