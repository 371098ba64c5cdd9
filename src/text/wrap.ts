import type { Safe } from './safe.ts';
import { type Cell, cells, width } from './width.ts';

/**
 * Breaks text into rows of at most `columns`, at spaces where there are any and inside a word where there are none.
 * Spaces at a break are dropped; colour is closed at the end of a row and opened again on the next. A character
 * wider than the row is left out. Returns at least one row.
 */
export function wrap(text: Safe, columns: number): Safe[] {
  const limit = Math.max(1, columns);
  if (text.length <= limit && width(text) <= limit) return [text];
  const rows: Safe[] = [];
  let row = emptyRow('');
  let gap: Cell[] = [];
  const breakRow = (): void => {
    for (const cell of gap) if (isStyle(cell)) put(row, cell);
    gap = [];
    rows.push(closed(row));
    row = emptyRow(row.style);
  };
  for (const word of words(text)) {
    if (isGap(word) && (row.used > 0 || rows.length === 0)) {
      gap = word;
      continue;
    }
    const size = columnsOf(word);
    const room = limit - row.used - columnsOf(gap);
    if (row.used > 0 && size > room && (size <= limit || room <= 0)) breakRow();
    for (const cell of [...gap, ...word]) {
      if (cell.columns > limit) continue;
      if (row.used + cell.columns > limit) breakRow();
      put(row, cell);
    }
    gap = [];
  }
  for (const cell of gap) if (row.used + cell.columns <= limit) put(row, cell);
  if (row.used > 0 || rows.length === 0) rows.push(closed(row));
  return rows;
}

type Row = { text: string; used: number; style: string };

function emptyRow(style: string): Row {
  return { text: style, used: 0, style };
}

function put(row: Row, cell: Cell): void {
  row.text += cell.text;
  row.used += cell.columns;
  if (isStyle(cell)) row.style = cell.text.endsWith('[0m') ? '' : row.style + cell.text;
}

function closed(row: Row): Safe {
  return (row.style === '' ? row.text : `${row.text}\x1b[0m`) as Safe;
}

function isStyle(cell: Cell): boolean {
  return cell.text.startsWith('\x1b');
}

function isGap(word: readonly Cell[]): boolean {
  return word.find(cell => cell.columns > 0)?.text === ' ';
}

function columnsOf(word: readonly Cell[]): number {
  return word.reduce((sum, cell) => sum + cell.columns, 0);
}

/** Runs of spaces and runs of other cells, in turn; a colour sequence belongs to the run it stands in. */
function* words(text: string): Generator<Cell[]> {
  let word: Cell[] = [];
  for (const cell of cells(text)) {
    const first = word.find(other => other.columns > 0);
    if (!isStyle(cell) && first && (first.text === ' ') !== (cell.text === ' ')) {
      yield word;
      word = [];
    }
    word.push(cell);
  }
  if (word.length > 0) yield word;
}
