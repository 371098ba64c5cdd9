import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { field } from '../../src/text/field.ts';
import { logLine } from '../../src/text/log-line.ts';
import type { Safe } from '../../src/text/safe.ts';
import { clip, pad, width } from '../../src/text/width.ts';
import { wrap } from '../../src/text/wrap.ts';
import { hostileText, SGR } from './hostile-text.ts';

const safe = (text: string): Safe => text as Safe;
const red = (text: string): string => `\x1b[31m${text}\x1b[0m`;
const bare = (text: string): string => text.replaceAll(SGR, '');

describe('width', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['● Degraded…', 11],
    ['├─┤', 3],
    ['漢字', 4],
    ['ｐｒｏｄ', 8],
    ['ｶﾞ', 2],
    ['e\u0301', 1],
    ['😀', 2],
    ['🇩🇪🇩', 3],
    ['⚠', 1],
    ['\u1100\u1161', 2],
    [red('ab漢'), 4],
  ])('of %j is %i columns', (text, columns) => {
    expect(width(text)).toBe(columns);
  });
});

describe('clip', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['abcd', 1, '…'],
    ['abcd', 0, ''],
    ['漢字漢字', 8, '漢字漢字'],
    ['漢字漢字', 7, '漢字漢…'],
    ['漢字漢字', 6, '漢字…'],
    ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
    ['🇩🇪🇩🇪', 3, '🇩🇪…'],
    [red('abcdef'), 4, '\x1b[31mabc…\x1b[0m'],
    [`${red('ab')}cdef`, 4, `${red('ab')}c…`],
    [red('abcd'), 4, red('abcd')],
  ])('cuts %j to %i columns', (text, columns, cut) => {
    expect(clip(safe(text), columns)).toBe(cut);
  });

  it('ends with the mark of the caller', () => {
    expect(clip(safe('abcdefgh'), 6, '...')).toBe('abc...');
    expect(clip(safe('abcdefgh'), 2, '...')).toBe('ab');
    expect(clip(safe('漢字漢字'), 2, '...')).toBe('漢');
  });
});

describe('pad', () => {
  it('makes text exactly as wide as its column', () => {
    expect(pad(safe('ab'), 4)).toBe('ab  ');
    expect(pad(safe('ab'), 4, 'end')).toBe('  ab');
    expect(pad(safe('漢字漢'), 4)).toBe('漢… ');
    expect(pad(safe('abcdef'), 4)).toBe('abc…');
  });
});

describe('wrap', () => {
  it.each([
    ['short', 10, ['short']],
    ['', 10, ['']],
    ['one two three', 8, ['one two', 'three']],
    ['one two three', 7, ['one two', 'three']],
    ['abcdefghij', 4, ['abcd', 'efgh', 'ij']],
    ['to abcdefghij', 4, ['to a', 'bcde', 'fghi', 'j']],
    ['漢字漢字', 5, ['漢字', '漢字']],
    ['漢a', 1, ['a']],
    [red('one two'), 4, [red('one'), red('two')]],
    ['one \x1b[31mtwo', 4, ['one\x1b[31m\x1b[0m', red('two')]],
    ['  two words', 6, ['  two', 'words']],
  ])('breaks %j into rows of %i columns', (text, columns, rows) => {
    expect(wrap(safe(text), columns)).toEqual(rows);
  });
});

describe('any text, measured', () => {
  it('never exceeds the columns it was cut to and never loses a letter when wrapped', () => {
    fc.assert(
      fc.property(hostileText(), fc.integer({ min: 2, max: 40 }), (raw, columns) => {
        for (const text of [field(raw), ...logLine(raw)]) {
          expect(width(clip(text, columns))).toBeLessThanOrEqual(columns);
          expect(width(pad(text, columns))).toBe(columns);
          const rows = wrap(text, columns);
          for (const row of rows) expect(width(row)).toBeLessThanOrEqual(columns);
          expect(bare(rows.join('')).replaceAll(' ', '')).toBe(bare(text).replaceAll(' ', ''));
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('is measured in time proportional to its length', () => {
    for (const unit of ['x', '漢', 'e\u0301', red('x'), ' ']) {
      const text = safe(unit.repeat(Math.floor(20_000 / unit.length)));
      const started = performance.now();
      width(text);
      clip(text, 100);
      wrap(text, 40);
      expect(performance.now() - started).toBeLessThan(500);
    }
  });
});
