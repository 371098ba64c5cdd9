import type { Safe } from '../text/safe.ts';
import { blank, clipRow, columnsOf, fitted, type Row, span } from './row.ts';
import type { Look, Tone } from './theme.ts';

export interface BoxOptions {
  readonly title: Row;
  readonly corner?: Row;
  readonly tone?: Tone;
  readonly columns: number;
  readonly rows: number;
  /** Title line only, no sides and no bottom: for screens without room. */
  readonly bare?: boolean;
}

/** A bordered box of exactly `rows` lines of `columns`: title left, `corner` right, content cut to fit. */
export function box(content: readonly Row[], options: BoxOptions, look: Look): Row[] {
  const { columns, rows, tone = 'dim', bare = false } = options;
  const inner = columns - 4;
  const side = span('│' as Safe, tone);
  const bodyRows = Math.max(0, rows - (bare ? 1 : 2));
  const body = Array.from({ length: bodyRows }, (_, i) =>
    fitted(
      [side, span(' ' as Safe), ...fitted(content[i] ?? blank, inner, look), span(' ' as Safe), side],
      columns,
      look,
    ),
  );
  const out = [titleRow(options, look), ...body];
  if (!bare)
    out.push(fitted([span(`╰${'─'.repeat(Math.max(0, columns - 2))}╯` as Safe, tone)], columns, look));
  return out.slice(0, rows);
}

/** Columns of text inside a box. */
export function innerColumns(columns: number): number {
  return Math.max(1, columns - 4);
}

function titleRow(
  { title, corner = blank, tone = 'dim', columns, bare = false }: BoxOptions,
  look: Look,
): Row {
  const [start, end] = bare ? ['├', '┤'] : ['╭', '╮'];
  const right = columnsOf(corner) === 0 ? blank : [span(' ' as Safe), ...corner, span(' ' as Safe)];
  const shownRight = clipRow(right, Math.max(0, columns - 4), look);
  const left = clipRow([...title, span(' ' as Safe)], Math.max(0, columns - 2 - columnsOf(shownRight)), look);
  const rule = columns - 2 - columnsOf(left) - columnsOf(shownRight);
  return fitted(
    [
      span(start as Safe, tone),
      ...left,
      span('─'.repeat(Math.max(0, rule)) as Safe, tone),
      ...shownRight,
      span(end as Safe, tone),
    ],
    columns,
    look,
  );
}
