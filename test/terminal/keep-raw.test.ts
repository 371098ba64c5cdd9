import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { keepRaw } from '../../src/terminal/keep-raw.ts';

it('passes everything on but the raw mode while it is kept', () => {
  const seen: boolean[] = [];
  const raw = Object.assign(new EventEmitter(), {
    isTTY: true,
    setRawMode: (isRaw: boolean) => seen.push(isRaw),
  }) as unknown as NodeJS.ReadStream;
  let isKept = false;
  const stream = keepRaw(raw, () => isKept);
  stream.setRawMode(true);
  isKept = true;
  stream.setRawMode(false);
  stream.setRawMode(true);
  isKept = false;
  stream.setRawMode(false);
  expect(seen).toEqual([true, false]);
  let heard = 0;
  stream.on('keypress', () => heard++);
  raw.emit('keypress');
  expect([heard, stream.isTTY]).toEqual([1, true]);
});
