import fc from 'fast-check';
import { corpus } from './corpus.ts';

const PIECES = [
  ...[
    '\x1b',
    '\x1b[',
    '\x1b]0;t\x07',
    '\x1b[31m',
    '\x1b[0m',
    '\x1b[38;5;1m',
    '\x1b[2J',
    '\x1b[1;',
    '\x9b',
    '\x9d',
    '\x1b\\',
  ],
  ...['\r', '\n', '\r\n', '\t', '\b', '\x07', '\x00', '\x7f', 'm', '0', ';', '[', '<U+', '^', '◌', '…[+1]'],
  ...[
    '\u0301',
    '\u0489',
    '\u200d',
    '\ufe0f',
    '\u202e',
    '\ue000',
    '\ud83d',
    '\ude00',
    '😀',
    '🇩',
    '漢',
    'é',
    '\u1100',
    '\u1161',
  ],
];

/** Texts made of whatever a screen might obey: random units, fragments of sequences, and the corpus cut and joined. */
export function hostileText(): fc.Arbitrary<string> {
  const inputs = corpus()
    .map(entry => entry.input)
    .filter(input => input.length < 300);
  const unit = fc.oneof(
    fc.constantFrom(...PIECES),
    fc.constantFrom(...inputs),
    fc.string({ unit: 'binary', maxLength: 4 }),
    fc.string({ maxLength: 8 }),
    fc.integer({ min: 0, max: 0xffff }).map(code => String.fromCharCode(code)),
  );
  return fc.array(unit, { maxLength: 24 }).map(parts => parts.join(''));
}

/** Colour sequences, the one control that clean text may hold. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding the escape character is the point
export const SGR = /\x1b\[[0-9;]*m/g;
