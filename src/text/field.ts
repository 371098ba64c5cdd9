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
} from './line-writer.ts';
import type { Safe } from './safe.ts';

const PRINTABLE = /^[ -~]*$/;

/**
 * Makes foreign text fit for one cell of one row: a name, a message, a label. No control character, escape
 * sequence, hidden character or line end survives; each is shown (`^[`, `<U+200B>`, `↵`), so nothing is hidden and
 * nothing acts. Anything that is not a string becomes ''. With `ascii` the result is printable ASCII only.
 * Calling it twice changes nothing. At most 4,096 code points are kept, then `…[+N]`.
 */
export function field(raw: unknown, options?: { readonly ascii?: boolean }): Safe {
  if (typeof raw !== 'string') return '' as Safe;
  if (raw.length <= LINE_CAP && PRINTABLE.test(raw)) return raw as Safe;
  const clean = sanitise(raw);
  return options?.ascii ? toAscii(clean) : clean;
}

function sanitise(raw: string): Safe {
  const line = newLine();
  let i = 0;
  while (i < raw.length && !isFull(line)) {
    const codePoint = raw.codePointAt(i) as number;
    if (isPrintable(codePoint)) {
      i = putAscii(line, raw, i, raw.length);
    } else if (codePoint === 0x0a || (codePoint === 0x0d && raw.charCodeAt(i + 1) === 0x0a)) {
      putOwn(line, '↵', i);
      i += codePoint === 0x0a ? 1 : 2;
    } else {
      if (codePoint === 0x09) putOwn(line, ' ', i);
      else putForeign(line, codePoint, i);
      i += codePoint > 0xffff ? 2 : 1;
    }
  }
  return finish(line, raw, raw.length) as Safe;
}
