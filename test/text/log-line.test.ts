import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logLine } from '../../src/text/log-line.ts';
import { corpus } from './corpus.ts';
import { hostileText, SGR } from './hostile-text.ts';

describe('logLine', () => {
  it.each(corpus())('makes $name harmless and keeps it readable', entry => {
    const lines = logLine(entry.input);
    const shown = lines.join('\n');
    if (entry.expectLog !== null) expect(shown).toBe(entry.expectLog);
    if (entry.needsReset) expect(shown).toContain('\x1b[0m');
    for (const bad of entry.mustNotContain) expect(shown).not.toContain(bad);
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(4116);
  });

  it.each([
    ['', ['']],
    ['one', ['one']],
    ['one\n', ['one']],
    ['one\r\n', ['one']],
    ['10%\r50%\r100%\ndone', ['10%', '50%', '100%', 'done']],
    ['a\n\nb', ['a', '', 'b']],
  ])('breaks %j where a line ends', (raw, lines) => {
    expect(logLine(raw)).toEqual(lines);
  });

  it.each([
    ['\x1b[1;31mbad\x1b[0m', '\x1b[1;31mbad\x1b[0m'],
    ['\x1b[90mdim', '\x1b[2mdim\x1b[0m'],
    ['\x1b[mx', '\x1b[0mx'],
    ['\x1b[48;5;0;31mx', '\x1b[31mx\x1b[0m'],
    ['\x1b[4:3mx', 'x'],
    [`\x1b[${'1;'.repeat(20)}mx`, `^[[${'1;'.repeat(20)}mx`],
    ['\x1b[31ma\x1b[0mb', '\x1b[31ma\x1b[0mb'],
  ])('shows the colours of %j by the allow-list', (raw, line) => {
    expect(logLine(raw)).toEqual([line]);
  });

  it('drops colour when asked for plain text, and writes ASCII when asked to', () => {
    expect(logLine('\x1b[31m✗ röd\x1b[0m', { plain: true })).toEqual(['✗ röd']);
    expect(logLine('\x1b[31m✗\x1b[0m', { ascii: true })).toEqual(['\x1b[31mx\x1b[0m']);
  });

  it('puts what follows a tab at the next eighth column', () => {
    expect(logLine('漢字\tx\ty')).toEqual(['漢字    x       y']);
    expect(logLine('\x1b[31mab\x1b[0m\tx')).toEqual(['\x1b[31mab\x1b[0m      x']);
  });

  it('caps each line by itself and closes its colour', () => {
    const [long, next] = logLine(`\x1b[31m${'x'.repeat(5000)}\nnext`);
    expect(long).toBe(`\x1b[31m${'x'.repeat(4091)}…[+909]\x1b[0m`);
    expect(next).toBe('next');
  });

  it('is inert, well-formed and idempotent for any text', () => {
    fc.assert(
      fc.property(hostileText(), raw => {
        for (const line of logLine(raw)) {
          const uncoloured = line.replaceAll(SGR, '');
          expect(uncoloured).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
          expect(line.isWellFormed()).toBe(true);
          expect(logLine(line)).toEqual([line]);
          const last = line.match(SGR)?.at(-1);
          if (last) expect(last).toMatch(/[[;]0m$/);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('takes time in proportion to the length of the text', () => {
    for (const unit of ['x', '\x1b[31m', '\x1b[;', '\t', 'é\t', '\u0301', '\n', '\r', '\x1b']) {
      const started = performance.now();
      logLine(unit.repeat(200_000));
      expect(performance.now() - started).toBeLessThan(900);
    }
  });
});
