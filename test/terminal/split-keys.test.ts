import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitKeys } from '../../src/terminal/split-keys.ts';

describe('splitKeys', () => {
  it.each([
    ['', []],
    ['j', ['j']],
    ['jjj', ['j', 'j', 'j']],
    ['\x1b[Bj', ['\x1b[B', 'j']],
    ['\x1b[A\x1b[A', ['\x1b[A', '\x1b[A']],
    ['\x1b', ['\x1b']],
    ['\x1b\x1b[A', ['\x1b', '\x1b[A']],
    ['\x1bx', ['\x1bx']],
    ['\x1bOA\x1bOP', ['\x1bOA', '\x1bOP']],
    ['\x1b[1;5C\x1b[15~\x1b[Z', ['\x1b[1;5C', '\x1b[15~', '\x1b[Z']],
    ['\x1b[[Aj', ['\x1b[[A', 'j']],
    ['\t\r\x7f\x03', ['\t', '\r', '\x7f', '\x03']],
    ['ä😀', ['ä', '😀']],
  ])('reads %j key by key', (chunk, keys) => {
    expect(splitKeys(chunk)).toEqual(keys);
  });

  it.each([
    ['device attributes', '\x1b[?62;1;6c'],
    ['secondary device attributes', '\x1b[>41;354;0c'],
    ['a cursor report', '\x1b[12;40R'],
    ['a status report', '\x1b[0n'],
    ['a mode report', '\x1b[?2026;2$y'],
    ['a keyboard protocol report', '\x1b[?1u'],
    ['a window report', '\x1b[8;40;120t'],
    ['a colour report', '\x1b]10;rgb:ffff/ffff/ffff\x1b\\'],
    ['a colour report ended by BEL', '\x1b]11;rgb:0/0/0\x07'],
    ['a clipboard answer', '\x1b]52;c;eQ==\x07'],
    ['a terminfo answer', '\x1bP1+r544e=787465726d\x1b\\'],
    ['a graphics answer', '\x1b_Gi=1;OK\x1b\\'],
    ['an answer without end', '\x1b]10;rgb:ffff'],
    ['focus reports', '\x1b[I'],
    ['a mouse report', '\x1b[<0;10;20M'],
    ['an old mouse report', '\x1b[M !!'],
    ['half a sequence', '\x1b[1;'],
  ])('drops %s, so that it presses no key', (_, answer) => {
    expect(splitKeys(answer)).toEqual([]);
    expect(splitKeys(`j${answer}`)).toEqual(['j']);
  });

  it.each([
    ['\x1b[200~sync\ry\n\x1b[201~j', ['paste', 'j']],
    ['j\x1b[200~q\x1b[201~k\x1b[200~\x1b[201~', ['j', 'paste', 'k', 'paste']],
    ['j\x1b[200~sync\ry', ['j', 'paste']],
    ['y\r\x1b[201~j', ['paste', 'j']],
  ])('takes the paste in %j as one token', (chunk, keys) => {
    expect(splitKeys(chunk)).toEqual(keys);
  });

  it('never makes a key out of pasted text and takes any bytes', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ unit: 'binary' }), (pasted, noise) => {
        expect(splitKeys(`\x1b[200~${pasted.replaceAll('\x1b', '')}\x1b[201~`)).toEqual(['paste']);
        for (const key of splitKeys(noise)) expect(key).not.toBe('');
      }),
    );
  });

  it('takes time in proportion to the length of the chunk', () => {
    for (const unit of ['j', '\x1b[', '\x1b]', '\x1b[200~', '\x1b[1;']) {
      const started = performance.now();
      splitKeys(unit.repeat(Math.floor(200_000 / unit.length)));
      expect(performance.now() - started).toBeLessThan(1000);
    }
  });
});
