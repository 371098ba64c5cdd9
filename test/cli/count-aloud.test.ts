import { expect, test } from 'vitest';
import { countAloud } from '../../src/cli/count-aloud.ts';

test('counts to its end where nobody stops it, and leaves an empty line', async () => {
  let written = '';
  const said = (text: string): void => {
    written += text;
  };
  expect(await countAloud('Scale coredns', 20, said)).toBe(true);
  expect(new Set(written.split('\r\x1b[K'))).toEqual(
    new Set(['', 'IN  1 s   Scale coredns; Ctrl-C stops it']),
  );
  expect(written.endsWith('\r\x1b[K')).toBe(true);
});

test('is stopped by Ctrl-C at once', async () => {
  const counted = countAloud('Scale coredns', 3_600_000, () => undefined);
  process.emit('SIGINT');
  expect(await counted).toBe(false);
});
