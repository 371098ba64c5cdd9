import { toAscii } from './ascii.ts';
import {
  finish,
  isFull,
  isPrintable,
  LINE_CAP,
  newLine,
  putAscii,
  putForeign,
  putOwn,
  putStyle,
} from './line-writer.ts';
import type { Safe } from './safe.ts';
import { width } from './width.ts';

/** `plain` drops colour as well (NO_COLOR, a text report); `ascii` leaves printable ASCII and colour only. */
export type LogLineOptions = { readonly plain?: boolean; readonly ascii?: boolean };

const PRINTABLE = /^[ -~]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding the escape character is the point
const SGR = /\x1b\[([0-9;:]{0,29})m/y;
const TAB_STOP = 8;

/** Colours and weights that stay readable on every theme; no background, conceal, blink, inverse, black or white. */
const ALLOWED = new Set([0, 1, 2, 3, 4, 22, 23, 24, 31, 32, 33, 34, 35, 36, 39, 91, 92, 93, 94, 95, 96]);

/**
 * Makes a line of a tool's output fit for the log pane. Colour passes through an allow-list and never crosses a
 * line; every other control is shown, never obeyed. LF, CR LF and a lone CR all end a line, so a progress bar
 * becomes several lines and nothing can overwrite what was printed. Tabs become spaces up to the next eighth column.
 * Returns at least one line. Each keeps at most 4,096 code points, then `…[+N]`.
 */
export function logLine(raw: string, options: LogLineOptions = {}): readonly Safe[] {
  if (raw.length <= LINE_CAP && PRINTABLE.test(raw)) return [raw as Safe];
  const lines: Safe[] = [];
  let start = 0;
  do {
    const end = lineEnd(raw, start);
    const clean = sanitise(raw, start, end, options.plain === true) as Safe;
    lines.push(options.ascii ? toAscii(clean) : clean);
    start = end + (raw.startsWith('\r\n', end) ? 2 : 1);
  } while (start < raw.length);
  return lines;
}

function lineEnd(raw: string, from: number): number {
  for (let i = from; i < raw.length; i++) {
    const code = raw.charCodeAt(i);
    if (code === 0x0a || code === 0x0d) return i;
  }
  return raw.length;
}

function sanitise(raw: string, start: number, end: number, plain: boolean): string {
  const line = newLine();
  let column = 0;
  let measured = 0;
  let i = start;
  while (i < end && !isFull(line)) {
    const codePoint = raw.codePointAt(i) as number;
    if (isPrintable(codePoint)) {
      i = putAscii(line, raw, i, end);
    } else if (codePoint === 0x09) {
      column += width(line.text.slice(measured));
      const gap = TAB_STOP - (column % TAB_STOP);
      putOwn(line, ' '.repeat(gap), i);
      column += gap;
      measured = line.text.length;
      i += 1;
    } else {
      const sequence = codePoint === 0x1b ? sgrAt(raw, i) : undefined;
      if (!sequence) putForeign(line, codePoint, i);
      else if (!plain && sequence.codes.length > 0) {
        putStyle(line, `\x1b[${sequence.codes.join(';')}m`, sequence.codes.at(-1) !== 0, i);
      }
      i += sequence?.length ?? (codePoint > 0xffff ? 2 : 1);
    }
  }
  return finish(line, raw, end);
}

/** A colour sequence of at most 32 bytes at this place, reduced to the allow-list; anything else is not one. */
function sgrAt(raw: string, at: number): { length: number; codes: number[] } | undefined {
  SGR.lastIndex = at;
  const match = SGR.exec(raw);
  if (!match) return undefined;
  const codes: number[] = [];
  const parameters = (match[1] ?? '').split(';');
  for (let i = 0; i < parameters.length; i++) {
    const parameter = parameters[i] ?? '';
    if (parameter.includes(':')) continue;
    const code = Number(parameter);
    if (code === 38 || code === 48 || code === 58) i += Number(parameters[i + 1]) === 2 ? 4 : 2;
    else if (code === 90) codes.push(2);
    else if (ALLOWED.has(code)) codes.push(code);
  }
  return { length: match[0].length, codes };
}
