import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { field } from '../../src/text/field.ts';
import { corpus } from './corpus.ts';
import { hostileText } from './hostile-text.ts';

describe('field', () => {
  it.each(corpus())('makes $name harmless and keeps it readable', entry => {
    const shown = field(entry.input);
    if (entry.expectField !== null) expect(shown).toBe(entry.expectField);
    for (const bad of [...entry.mustNotContain, ...(entry.fieldMustNotContain ?? [])])
      expect(shown).not.toContain(bad);
    if (entry.fieldMustNotStartWithMark) expect(shown).not.toMatch(/^\p{M}/u);
    expect([...shown].length).toBeLessThanOrEqual(4116);
  });

  it.each([undefined, null, 7, true, {}, [], Symbol('x'), () => 'x'])(
    'shows nothing for %s, which is not text',
    raw => {
      expect(field(raw)).toBe('');
    },
  );

  it('returns plain ASCII as it came', () => {
    expect(field('pod/web-0 is not ready: 0/3 nodes')).toBe('pod/web-0 is not ready: 0/3 nodes');
  });

  it('names what is left out of a long text', () => {
    expect(field('x'.repeat(5000))).toBe(`${'x'.repeat(4096)}…[+904]`);
    expect(field('ü'.repeat(5000))).toBe(`${'ü'.repeat(4096)}…[+904]`);
    expect(field('😀'.repeat(5000))).toBe(`${'😀'.repeat(4096)}…[+904]`);
  });

  it('never cuts the name of a hidden character in two', () => {
    expect(field(`${'x'.repeat(4092)}${'\u202e'.repeat(99)}`)).toBe(`${'x'.repeat(4092)}…[+99]`);
  });

  it('lets a text stand that a mark of the cut would not make shorter', () => {
    expect(field('x'.repeat(4100))).toBe('x'.repeat(4100));
  });

  it('writes printable ASCII only when asked to', () => {
    expect(field('a\nb…é漢', { ascii: true })).toBe('a^Jb...<U+00E9><U+6F22>');
  });

  it('is inert, well-formed and idempotent for any text', () => {
    fc.assert(
      fc.property(hostileText(), raw => {
        const shown = field(raw);
        expect(shown).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        expect(shown.isWellFormed()).toBe(true);
        expect(field(shown)).toBe(shown);
        expect(field(raw, { ascii: true })).toMatch(/^[ -~]*$/);
      }),
      { numRuns: 3000 },
    );
  });

  it('takes time in proportion to the length of the text', () => {
    for (const unit of ['x', '\x1b[', '\u202e', 'e\u0301', '\u0301', '\n', '\ud800']) {
      const started = performance.now();
      field(unit.repeat(200_000));
      expect(performance.now() - started).toBeLessThan(400);
    }
  });
});
