import fc from 'fast-check';
import { expect } from 'vitest';
import { emptyConfig } from '../../src/config/empty-config.ts';
import { field } from '../../src/text/field.ts';
import { lineDecoder } from '../../src/text/line-decoder.ts';
import { logLine } from '../../src/text/log-line.ts';
import { identifier } from '../../src/text/look-alike.ts';
import { isFull, rowTest } from '../faults-terminal/support/row-test.ts';
import { corpus } from '../text/corpus.ts';
import { hostileText } from '../text/hostile-text.ts';

function decoded(chunks: readonly Uint8Array[]): string {
  const decoder = lineDecoder();
  const lines = [...chunks.flatMap(chunk => decoder.push(chunk)), ...decoder.end()];
  return lines.flatMap(line => logLine(line)).join('\n');
}

function cutInto(bytes: Buffer, size: number): readonly Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
}

rowTest('S2', { withinMs: 120_000 }, measured => {
  let cuts = 0;
  for (const { name, input, bytesHex } of corpus()) {
    const bytes = bytesHex === undefined ? Buffer.from(`${input}\nnext`) : Buffer.from(bytesHex, 'hex');
    if (bytes.length > 20_000) continue;
    const whole = decoded([bytes]);
    for (let size = 1; size <= 7; size++)
      expect(decoded(cutInto(bytes, size)), `${name} by ${size}`).toBe(whole);
    const step = isFull ? 1 : Math.max(1, Math.floor(bytes.length / 200));
    for (let at = 0; at <= bytes.length; at += step) {
      cuts++;
      expect(decoded([bytes.subarray(0, at), bytes.subarray(at)]), `${name} cut at ${at}`).toBe(whole);
    }
  }
  measured(`chunks of 1 to 7 bytes and ${cuts} cuts: 0 differences`);
});

rowTest('S4', { withinMs: 120_000 }, measured => {
  const runs = isFull ? 100_000 : 600;
  let units = 0;
  fc.assert(
    fc.property(hostileText(), raw => {
      units += raw.length;
      const clean = field(raw);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is the point
      expect(clean).not.toMatch(/[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]/u);
      expect(field(clean)).toBe(clean);
    }),
    { numRuns: runs },
  );
  const time = (length: number): number => {
    const text = '\x1b[31mx\u202ey\r'.repeat(Math.ceil(length / 9)).slice(0, length);
    const best = Array.from({ length: 7 }, () => {
      const from = performance.now();
      decoded([Buffer.from(text)]);
      return performance.now() - from;
    });
    return Math.min(...best);
  };
  time(10_000);
  const [small, large] = [time(20_000), time(200_000)];
  // Linear means ten times; a busy machine may disturb one of the two.
  expect(large / small).toBeLessThan(36);
  measured(
    `${units} units inert and the same twice; ${Math.round((large / 200_000) * 1e6)} ns a character, ten times the input in ${(large / small).toFixed(1)} times the time`,
  );
});

const LOOK_ALIKES = [
  'prоd',
  'рrod',
  'ｐｒｏｄ',
  'pr\u200Bod',
  'p\u00ADrod',
  'prod\u2060',
  '𝐩𝐫𝐨𝐝',
  'ρrod',
  'pr\u034Fod',
  'prod\u202E',
];

rowTest('S12', {}, measured => {
  for (const name of LOOK_ALIKES) {
    expect(identifier(name), JSON.stringify(name)).not.toBe('prod');
    expect(identifier(name)).toMatch(/<U\+[0-9A-F]{4,}>/);
    expect(emptyConfig('').settingsFor(name).context.protected, JSON.stringify(name)).toBe(true);
  }
  expect(new Set(LOOK_ALIKES.map(identifier)).size).toBe(LOOK_ALIKES.length);
  measured(`${LOOK_ALIKES.length} names: all shown by number, none equal when typed, all protected`);
});
