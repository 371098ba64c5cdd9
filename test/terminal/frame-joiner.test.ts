import { expect, it } from 'vitest';
import { frameJoiner } from '../../src/terminal/frame-joiner.ts';

const BEGIN = '\x1b[?2026h';
const END = '\x1b[?2026l';

it('makes one piece of the writes of one frame, without the marks', () => {
  const joiner = frameJoiner();
  expect([BEGIN, '\x1b[?25l', 'picture'].flatMap(joiner.add)).toEqual([]);
  expect(joiner.add(END)).toEqual([{ kind: 'frame', data: '\x1b[?25lpicture' }]);
  expect(joiner.isOpen()).toBe(false);
});

it('lets what is outside of a frame through at once', () => {
  expect(frameJoiner().add('\x1b[?1049h')).toEqual([{ kind: 'control', data: '\x1b[?1049h' }]);
});

it('writes a run of next-line sequences as one with a count', () => {
  const joiner = frameJoiner();
  const pieces = [BEGIN, '\x1b[3A\x1b[E\x1b[E\x1b[Ex\x1b[Ey', END].flatMap(joiner.add);
  expect(pieces).toEqual([{ kind: 'frame', data: '\x1b[3A\x1b[3Ex\x1b[Ey' }]);
});

it('says nothing of an empty frame', () => {
  const joiner = frameJoiner();
  expect([BEGIN, END].flatMap(joiner.add)).toEqual([]);
});

it('does not hold back the leaving of the screen when a frame breaks off', () => {
  const joiner = frameJoiner();
  const pieces = [BEGIN, 'half', '\x1b[?1049l'].flatMap(joiner.add);
  expect(pieces.map(piece => piece.data)).toEqual(['half', '\x1b[?1049l']);
});

it('ends a frame whose end never came when the next one begins', () => {
  const joiner = frameJoiner();
  expect([BEGIN, 'one', BEGIN].flatMap(joiner.add)).toEqual([{ kind: 'frame', data: 'one' }]);
  expect(['two', END].flatMap(joiner.add)).toEqual([{ kind: 'frame', data: 'two' }]);
});
