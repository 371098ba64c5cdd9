import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAscii } from '../../src/text/ascii.ts';
import { field } from '../../src/text/field.ts';
import type { Safe } from '../../src/text/safe.ts';
import { hostileText } from './hostile-text.ts';

describe('toAscii', () => {
  it.each([
    ['● ◐ ▲ ✗ ↑ ?', 'o ~ ! x ^ ?'],
    ['╭─┬─╮│├┼┤╰┴╯', '+-+-+|++++++'],
    ['a…b · c × d↵e', 'a...b - c x d^Je'],
    ['\x1b[31m✗\x1b[0m', '\x1b[31mx\x1b[0m'],
    ['pröd', 'pr<U+00F6>d'],
  ])('writes %j as %j', (text, ascii) => {
    expect(toAscii(text as Safe)).toBe(ascii);
  });

  it('leaves printable ASCII only', () => {
    fc.assert(fc.property(hostileText(), raw => void expect(toAscii(field(raw))).toMatch(/^[ -~]*$/)));
  });
});
