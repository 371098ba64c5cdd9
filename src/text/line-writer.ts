import { MARKS_PER_BASE, shown } from './code-point.ts';

/** Code points kept of one line; the rest is named by its number. Long text makes a terminal frame slow. */
export const LINE_CAP = 4096;

/** A line may exceed the cap by this much, so that the mark of a cut line (and its colour reset) is never cut again. */
const SLACK = 20;

/** One clean line in the making: it watches combining marks, the cap, and whether colour is on. */
export type Line = {
  text: string;
  count: number;
  marks: number;
  hasBase: boolean;
  isStyled: boolean;
  /** Where the line is cut should it become too long: a place in `text`, and in the raw text. */
  cut: { readonly length: number; readonly at: number; readonly isStyled: boolean } | undefined;
};

export function newLine(): Line {
  return { text: '', count: 0, marks: 0, hasBase: false, isStyled: false, cut: undefined };
}

/** Nothing more is kept of this line; its source may be skipped. */
export function isFull(line: Line): boolean {
  return line.count > LINE_CAP + SLACK;
}

/** Copies the run of printable ASCII at `from`, not beyond `to`, and returns where it stopped. */
export function putAscii(line: Line, raw: string, from: number, to: number): number {
  closeMarks(line, from);
  const room = (line.count < LINE_CAP ? LINE_CAP : LINE_CAP + SLACK + 1) - line.count;
  const last = Math.min(to, from + Math.max(room, 1));
  let stop = from + 1;
  while (stop < last && isPrintable(raw.charCodeAt(stop))) stop++;
  append(line, raw.slice(from, stop), stop - from, from);
  line.hasBase = true;
  return stop;
}

/** Writes one foreign code point that starts at `at` in the raw text. */
export function putForeign(line: Line, codePoint: number, at: number): void {
  const how = shown(codePoint);
  if (how.kind === 'mark') putMark(line, codePoint, at);
  else if (how.kind === 'text') putOwn(line, how.text, at);
  else {
    closeMarks(line, at);
    append(line, String.fromCodePoint(codePoint), 1, at);
    line.hasBase = true;
  }
}

/** Writes text of our own in place of what starts at `at`. */
export function putOwn(line: Line, text: string, at: number): void {
  if (text === '') return;
  closeMarks(line, at);
  append(line, text, text.length, at);
  line.hasBase = true;
}

/** Writes a colour sequence already reduced to the allow-list; it takes no column. */
export function putStyle(line: Line, sequence: string, isStyled: boolean, at: number): void {
  closeMarks(line, at);
  append(line, sequence, sequence.length, at);
  line.isStyled = isStyled;
}

/** Ends the line; `raw` up to `end` was its source, so that what was cut can be counted. */
export function finish(line: Line, raw: string, end: number): string {
  closeMarks(line, end);
  const { cut } = line;
  if (!cut || !isFull(line)) return line.isStyled ? `${line.text}\x1b[0m` : line.text;
  const kept = `${line.text.slice(0, cut.length)}…[+${codePoints(raw, cut.at, end)}]`;
  return cut.isStyled ? `${kept}\x1b[0m` : kept;
}

/** Whether this code is printable ASCII, which no terminal acts upon. */
export function isPrintable(code: number): boolean {
  return code >= 0x20 && code < 0x7f;
}

function append(line: Line, text: string, size: number, at: number): void {
  if (!line.cut && line.count + size > LINE_CAP) {
    line.cut = { length: line.text.length, at, isStyled: line.isStyled };
  }
  line.text += text;
  line.count += size;
}

function putMark(line: Line, codePoint: number, at: number): void {
  if (!line.hasBase) putOwn(line, '◌', at);
  line.marks += 1;
  if (line.marks <= MARKS_PER_BASE) append(line, String.fromCodePoint(codePoint), 1, at);
}

function closeMarks(line: Line, at: number): void {
  const surplus = line.marks - MARKS_PER_BASE;
  line.marks = 0;
  if (surplus > 0) putOwn(line, `<+${surplus} marks>`, at);
}

function codePoints(raw: string, from: number, to: number): number {
  let total = 0;
  for (let i = from; i < to; i++) {
    const code = raw.charCodeAt(i);
    const next = code >= 0xd800 && code < 0xdc00 && i + 1 < to ? raw.charCodeAt(i + 1) : 0;
    if (next >= 0xdc00 && next < 0xe000) i++;
    total++;
  }
  return total;
}
