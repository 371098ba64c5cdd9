import type { Safe } from './safe.ts';

const ASCII = /^[ -~]*$/;
/** Blocks of one-column letters and signs without marks: Latin, Greek, Cyrillic, punctuation, arrows, boxes, blocks. */
const NARROW =
  /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u2190-\u22ff\u2500-\u25fc\u2800-\u28ff]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colour sequences are the one control that safe text may hold
const SGR = /\x1b\[[0-9;]*m/g;
const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const EMOJI = /^\p{RGI_Emoji}$/v;
const KEYCAP = /^[\d#*]\u20e3$/;
const WIDE_EMOJI = /(?!\p{Regional_Indicator})\p{Emoji_Presentation}/u;
const BASE =
  /[^\p{Default_Ignorable_Code_Point}\p{Control}\p{Format}\p{Nonspacing_Mark}\p{Enclosing_Mark}\p{Surrogate}]/v;
const SPACING = /[\p{Spacing_Mark}\uff00-\uffef]/u;

/** Blocks of the East Asian Width classes W and F that are not emoji, as pairs of first and last code point. */
const WIDE = [
  0x1100, 0x115f, 0x2329, 0x232a, 0x2630, 0x2637, 0x268a, 0x268f, 0x2e80, 0x303e, 0x3041, 0x3247, 0x3250,
  0xa4c6, 0xa960, 0xa97c, 0xac00, 0xd7a3, 0xf900, 0xfaff, 0xfe10, 0xfe19, 0xfe30, 0xfe6b, 0xff01, 0xff60,
  0xffe0, 0xffe6, 0x16fe0, 0x1b2ff, 0x1d300, 0x1d376, 0x1f200, 0x1f265, 0x20000, 0x3fffd,
];

/** One grapheme or one colour sequence with the columns it takes. */
export type Cell = { readonly text: string; readonly columns: number };

/** Columns that safe text takes in a terminal; colour sequences take none. Ambiguous characters count one. */
export function width(text: string): number {
  if (ASCII.test(text)) return text.length;
  const bare = text.includes('\x1b') ? text.replace(SGR, '') : text;
  if (NARROW.test(bare)) return bare.length;
  let total = 0;
  for (const { segment } of segmenter.segment(bare)) total += graphemeWidth(segment);
  return total;
}

/**
 * Walks safe text grapheme by grapheme; colour sequences come out whole, with no columns. A grapheme of more than two
 * columns (letters of some scripts join without end) comes out letter by letter, so that it can be cut.
 */
export function* cells(text: string): Generator<Cell> {
  let from = 0;
  for (const match of text.matchAll(SGR)) {
    yield* graphemes(text.slice(from, match.index));
    yield { text: match[0], columns: 0 };
    from = match.index + match[0].length;
  }
  yield* graphemes(text.slice(from));
}

/**
 * Cuts text so that it takes at most `columns`, ending in `mark` when something was cut. A cut coloured text ends
 * with a reset. Letters and their marks stay together; a wide character that does not fit is left out.
 */
export function clip(text: Safe, columns: number, mark = '…'): Safe {
  if (columns <= 0) return '' as Safe;
  if (ASCII.test(text)) {
    if (text.length <= columns) return text;
    return (
      mark.length > columns ? text.slice(0, columns) : text.slice(0, columns - mark.length) + mark
    ) as Safe;
  }
  if (text.length <= columns * 2 && width(text) <= columns) return text;
  return clipCells(text, columns, mark);
}

/** Clips text to `columns` and fills it up with spaces, so that the next cell starts where it should. */
export function pad(text: Safe, columns: number, align: 'start' | 'end' = 'start', mark = '…'): Safe {
  const cut = clip(text, columns, mark);
  const gap = ' '.repeat(Math.max(0, columns - width(cut)));
  return (align === 'start' ? cut + gap : gap + cut) as Safe;
}

function clipCells(text: Safe, columns: number, mark: string): Safe {
  const markColumns = width(mark) <= columns ? width(mark) : 0;
  let used = 0;
  let kept = '';
  let styled = false;
  let styledAtCut = false;
  let cut = 0;
  for (const cell of cells(text)) {
    if (used + cell.columns > columns) {
      const head = kept.slice(0, cut) + (markColumns > 0 ? mark : '');
      return (styledAtCut ? `${head}\x1b[0m` : head) as Safe;
    }
    used += cell.columns;
    kept += cell.text;
    if (cell.text.startsWith('\x1b')) styled = !cell.text.endsWith('[0m');
    if (used <= columns - markColumns) {
      cut = kept.length;
      styledAtCut = styled;
    }
  }
  return text;
}

function* graphemes(text: string): Generator<Cell> {
  if (NARROW.test(text)) {
    for (const char of text) yield { text: char, columns: 1 };
    return;
  }
  for (const { segment } of segmenter.segment(text)) {
    const columns = graphemeWidth(segment);
    if (columns <= 2) yield { text: segment, columns };
    else for (const char of segment) yield { text: char, columns: graphemeWidth(char) };
  }
}

function graphemeWidth(grapheme: string): number {
  if (grapheme.length === 1 && ASCII.test(grapheme)) return 1;
  if (EMOJI.test(grapheme) || KEYCAP.test(grapheme)) return 2;
  const start = grapheme.search(BASE);
  if (start === -1) return 0;
  const [base = '', ...rest] = grapheme.slice(start);
  let total = isWide(base) ? 2 : 1;
  for (const char of rest) {
    if (inWideBlock(char) && BASE.test(char)) total += 2;
    else if (SPACING.test(char)) total += 1;
  }
  return total;
}

function isWide(char: string): boolean {
  return inWideBlock(char) || WIDE_EMOJI.test(char);
}

function inWideBlock(char: string): boolean {
  const codePoint = char.codePointAt(0) as number;
  if (codePoint < 0x1100) return false;
  for (let i = 0; i < WIDE.length; i += 2) {
    if (codePoint < (WIDE[i] as number)) break;
    if (codePoint <= (WIDE[i + 1] as number)) return true;
  }
  return false;
}
