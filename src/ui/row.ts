import { toAscii } from '../text/ascii.ts';
import type { Safe } from '../text/safe.ts';
import { clip, width } from '../text/width.ts';
import { wrap } from '../text/wrap.ts';
import type { Look, Tone } from './theme.ts';

/** A piece of one line with one meaning. */
export interface Span {
  readonly text: Safe;
  readonly tone: Tone;
}

/** One line of the screen. */
export type Row = readonly Span[];

export const blank: Row = [];

export function span(text: Safe, tone: Tone = 'plain'): Span {
  return { text, tone };
}

/** A line of one tone. */
export function line(text: Safe, tone: Tone = 'plain'): Row {
  return [{ text, tone }];
}

export function columnsOf(row: Row): number {
  return row.reduce((sum, piece) => sum + width(piece.text), 0);
}

export function plain(row: Row): string {
  return row.map(piece => piece.text).join('');
}

/** Makes a line exactly `columns` wide: what is too long ends in `…`, what is too short is filled up. */
export function fitted(row: Row, columns: number, look: Look): Row {
  const cut = clipRow(row, columns, look);
  const gap = columns - columnsOf(cut);
  return gap > 0 ? [...cut, span(' '.repeat(gap) as Safe)] : cut;
}

/** Cuts a line to at most `columns`. ASCII is made before measuring, because it can be longer. */
export function clipRow(row: Row, columns: number, look: Look, mark: string = look.ascii ? '~' : '…'): Row {
  const ready = look.ascii ? row.map(piece => ({ ...piece, text: toAscii(piece.text) })) : row;
  if (columnsOf(ready) <= columns) return ready;
  const out: Span[] = [];
  let left = columns;
  for (const piece of ready) {
    const size = width(piece.text);
    if (size < left) {
      out.push(piece);
      left -= size;
      continue;
    }
    // Something follows that does not fit, so this piece must end in the mark even if it fits by itself.
    const tooLong = size === left ? (`${piece.text}  ` as Safe) : piece.text;
    out.push({ ...piece, text: clip(tooLong, left, mark) });
    break;
  }
  return out;
}

/** Puts one line at the left and one at the right edge; the left one gives way, and never touches the other. */
export function spread(left: Row, right: Row, columns: number, look: Look): Row {
  const end = clipRow(right, columns, look);
  const room = columns - columnsOf(end);
  const gap = (end[0]?.text ?? ' ').startsWith(' ') ? 0 : 1;
  return [...fitted(clipRow(left, Math.max(0, room - gap), look), room, look), ...end];
}

/** Breaks a sentence into lines, each with the given indent. */
export function wrapped(
  text: Safe,
  columns: number,
  look: Look,
  tone: Tone = 'plain',
  indent: Safe = '' as Safe,
): Row[] {
  const ready = look.ascii ? toAscii(text) : text;
  const room = Math.max(8, columns - width(indent));
  return wrap(ready, room).map(part => (indent === '' ? line(part, tone) : [span(indent), span(part, tone)]));
}

/** Like `wrapped`, but at most `most` lines; the last one then ends in `…`. */
export function wrappedTo(most: number, ...given: Parameters<typeof wrapped>): Row[] {
  const rows = wrapped(...given);
  const [, columns, look] = given;
  const last = rows[most - 1];
  if (rows.length <= most || last === undefined) return rows;
  // There may be more behind the next line: a cut must never read as complete.
  const more = look.ascii ? '...' : '…';
  const next = span(
    ` ${rows[most]?.at(-1)?.text ?? ''}${rows.length > most + 1 ? more : ''}` as Safe,
    last.at(-1)?.tone,
  );
  return [...rows.slice(0, most - 1), clipRow([...last, next], columns, look)];
}

/** A table cell: the text cut or filled to `columns`. */
export function cell(text: Safe, columns: number, look: Look, tone: Tone = 'plain'): Row {
  return fitted([span(text, tone)], columns, look);
}

/** Lays lines side by side; each part must have its full width already. */
export function beside(left: readonly Row[], right: readonly Row[]): Row[] {
  return left.map((row, i) => [...row, ...(right[i] ?? blank)]);
}

/** Puts a picture over another, its upper left corner at `top`, `left`. */
export function over(
  under: readonly Row[],
  picture: readonly Row[],
  top: number,
  left: number,
  columns: number,
  look: Look,
): Row[] {
  return under.map((row, y) => {
    const cover = picture[y - top];
    if (cover === undefined) return row;
    const end = left + columnsOf(cover);
    return [...fitted(clipRow(row, left, look, ''), left, look), ...cover, ...skip(row, end, columns, look)];
  });
}

/** The same line in as few pieces as possible: blanks have no colour, so they go with what stands before them. */
export function compact(row: Row): Row {
  const out: { text: Safe; tone: Tone }[] = [];
  for (const piece of row) {
    const last = out.at(-1);
    if (piece.text === '') continue;
    if (last !== undefined && (last.tone === piece.tone || isBlank(piece.text))) {
      last.text = (last.text + piece.text) as Safe;
    } else if (last !== undefined && isBlank(last.text)) {
      last.text = (last.text + piece.text) as Safe;
      last.tone = piece.tone;
    } else {
      out.push({ ...piece });
    }
  }
  return out;
}

/** True when both lines look the same. */
export function sameRow(a: Row, b: Row): boolean {
  return (
    a === b ||
    (a.length === b.length && a.every((piece, i) => piece.text === b[i]?.text && piece.tone === b[i]?.tone))
  );
}

function isBlank(text: Safe): boolean {
  return /^ *$/.test(text);
}

/** What of a line lies right of `from`, filled to the full width. */
function skip(row: Row, from: number, columns: number, look: Look): Row {
  const out: Span[] = [];
  let at = 0;
  for (const piece of fitted(row, columns, look)) {
    const size = width(piece.text);
    if (at >= from) out.push(piece);
    else if (at + size > from) out.push({ ...piece, text: tail(piece.text, from - at) });
    at += size;
  }
  return out;
}

/** Text without its first `from` columns; a wide character that is cut in half leaves a blank. */
function tail(text: Safe, from: number): Safe {
  const head = clip(text, from, '');
  const gap = from - width(head);
  const rest = text.slice(head.length);
  return (gap === 0 ? rest : ` ${[...rest].slice(1).join('')}`) as Safe;
}
