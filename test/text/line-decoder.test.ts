import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { field } from '../../src/text/field.ts';
import { lineDecoder } from '../../src/text/line-decoder.ts';
import { logLine } from '../../src/text/log-line.ts';
import { corpus } from './corpus.ts';
import { hostileText } from './hostile-text.ts';

function decode(chunks: readonly Uint8Array[], bound?: number): readonly string[] {
  const decoder = lineDecoder(bound);
  return [...chunks.flatMap(chunk => decoder.push(chunk)), ...decoder.end()];
}

const bytes = (text: string): Buffer => Buffer.from(text);
const inChunks = (whole: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(whole.length / size) }, (_, i) => whole.subarray(i * size, (i + 1) * size));

describe('lineDecoder', () => {
  it.each([
    ['a\nb\n', ['a', 'b']],
    ['a\nb', ['a', 'b']],
    ['a\r\nb\rc\n\nd', ['a', 'b', 'c', '', 'd']],
    ['\r\n\r\n', ['', '']],
    ['', []],
  ])('breaks %j into lines', (text, lines) => {
    for (const size of [1, 2, 100]) expect(decode(inChunks(bytes(text), size))).toEqual(lines);
  });

  it('hands a line out as soon as it is complete', () => {
    const decoder = lineDecoder();
    expect(decoder.push(bytes('50%\r'))).toEqual(['50%']);
    expect(decoder.push(bytes('\ndone'))).toEqual([]);
    expect(decoder.end()).toEqual(['done']);
  });

  it.each(corpus().filter(entry => entry.bytesHex ?? entry.chunksHex))(
    'decodes $name to what is expected',
    entry => {
      const chunks = (entry.chunksHex ?? [entry.bytesHex ?? '']).map(hex => Buffer.from(hex, 'hex'));
      const raw = decode(chunks).join('\n');
      expect(field(raw)).toBe(entry.expectField);
      expect(logLine(raw).join('\n')).toBe(entry.expectLog);
    },
  );

  it('gives the same lines however the bytes are split', () => {
    fc.assert(
      fc.property(hostileText(), fc.integer({ min: 1, max: 7 }), (text, size) => {
        expect(decode(inChunks(bytes(text), size))).toEqual(decode([bytes(text)]));
      }),
      { numRuns: 1000 },
    );
  });

  it('holds no more of a line than the bound, and counts what it drops', () => {
    const decoder = lineDecoder(10);
    for (let i = 0; i < 5; i++) expect(decoder.push(bytes('abcdef'))).toEqual([]);
    expect(decoder.push(bytes('\nnext\n'))).toEqual(['abcdefabcd', 'next']);
    expect(decoder.dropped()).toBe(20);
  });
});
