import { matchesIn, type ShownText } from '../../store/select/shown-text.ts';
import type { Safe } from '../../text/safe.ts';
import { cells, width } from '../../text/width.ts';
import { wrap } from '../../text/wrap.ts';
import type { Scene } from '../panes/scene.ts';
import { blank, columnsOf, type Row, type Span, span } from '../row.ts';
import type { Tone } from '../theme.ts';

/** A line of a text as it is drawn: what stands before it, and how it reads. */
export interface TextLine {
  readonly lead: Row;
  readonly text: Safe;
  readonly tone: Tone;
}

export interface TextPage {
  readonly rows: readonly Row[];
  /** Lines that fit at the end of the text: how far it can be scrolled. */
  readonly page: number;
  /** Lines of the text below the last one shown. */
  readonly below: number;
}

/**
 * The part of a text that is seen: from its position on, or its end when it is followed. Only the lines that are seen
 * are ever laid out, so a long log costs no more than a short one.
 */
export function textPane(
  shown: ShownText,
  lineAt: (index: number) => TextLine,
  scene: Scene,
  columns: number,
  rows: number,
): TextPage {
  const count = shown.lines.length;
  const draw = (index: number): Row[] => laidOut(lineAt(index), scene, columns);
  const tail = atEnd(count, rows, draw);
  const follows = scene.state.view.follow && shown.kind !== 'yaml';
  const last = Math.max(0, count - tail.page);
  const start = Math.min(Math.max(0, shown.position - shown.dropped), last);
  if (follows || start === last) return { rows: filled(tail.rows, rows), page: tail.page, below: 0 };
  const body: Row[] = [];
  let index = start;
  for (; index < count && body.length < rows; index++) body.push(...draw(index));
  return { rows: filled(body, rows), page: tail.page, below: count - index };
}

/** The last lines, as many as fit; of one that is taller than the pane, its end. */
function atEnd(count: number, rows: number, draw: (index: number) => Row[]): { rows: Row[]; page: number } {
  const parts: Row[][] = [];
  let height = 0;
  for (let index = count - 1; index >= 0 && height < rows; index--) {
    const part = draw(index);
    if (height > 0 && height + part.length > rows) break;
    height += part.length;
    parts.push(part);
  }
  return { rows: parts.reverse().flat().slice(-rows), page: Math.max(1, parts.length) };
}

function laidOut({ lead, text, tone }: TextLine, scene: Scene, columns: number): Row[] {
  const { text: view, filter } = scene.state.view;
  const room = Math.max(8, columns - columnsOf(lead));
  if (!view.wrap) {
    const from = view.x === 0 ? text : without(text, view.x);
    const isHidden = view.x > 0 && text !== '';
    return [
      [
        ...lead,
        ...highlighted(from, filter, tone),
        ...(isHidden && from === '' ? [span('‹' as Safe, 'dim')] : []),
      ],
    ];
  }
  const indent = ' '.repeat(columnsOf(lead)) as Safe;
  return wrap(text, room).map((part, i) => [
    ...(i === 0 ? lead : [span(indent)]),
    ...highlighted(part, filter, tone),
  ]);
}

/** The text with what is searched for standing out. */
function highlighted(text: Safe, wanted: string, tone: Tone): Span[] {
  const found = matchesIn(text, wanted);
  if (found.length === 0) return [span(text, tone)];
  const out: Span[] = [];
  let from = 0;
  for (const [start, end] of found) {
    if (start > from) out.push(span(text.slice(from, start) as Safe, tone));
    out.push(span(text.slice(start, end) as Safe, 'key'));
    from = end;
  }
  if (from < text.length) out.push(span(text.slice(from) as Safe, tone));
  return out;
}

/** Text without its first columns. */
function without(text: Safe, columns: number): Safe {
  if (width(text) === text.length) return text.slice(columns) as Safe;
  let skipped = 0;
  let out = '';
  for (const cell of cells(text)) {
    if (skipped >= columns) out += cell.text;
    skipped += cell.columns;
  }
  return out as Safe;
}

function filled(rows: readonly Row[], count: number): Row[] {
  return Array.from({ length: count }, (_, i) => rows[i] ?? blank);
}
