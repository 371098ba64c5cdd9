import type { Key } from 'ink';
import { PASTE, splitKeys } from '../terminal/split-keys.ts';

const special = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageDown', 'pagedown'],
  ['pageUp', 'pageup'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'esc'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
] as const satisfies readonly (readonly [keyof Key, string])[];

const raw: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\x1b': 'esc',
  '\x7f': 'backspace',
  '\b': 'backspace',
  '\x1b[A': 'up',
  '\x1b[B': 'down',
  '\x1b[C': 'right',
  '\x1b[D': 'left',
  '\x1b[Z': 'shift-tab',
};

/** What one read of the terminal brought. */
export interface Reading {
  /** Names of its keys: `j`, `enter`, `ctrl-l`. */
  readonly names: readonly string[];
  /** Nothing but one key came, as from a hand: no other key, no paste, no answer of the terminal, nothing broken. */
  readonly isAlone: boolean;
}

/** One event of Ink as keys. Held keys come as one event and are split. */
export function readingOf(input: string, key: Key): Reading {
  const named = nameIn(input, key);
  if (named !== undefined) return { names: named, isAlone: named.length === 1 };
  const parts = splitKeys(input);
  const names = parts.filter(one => one !== PASTE).flatMap(nameOf);
  // What was dropped came with the key: beside it, the key may be a piece of something else.
  return { names, isAlone: names.length === 1 && parts[0] === input };
}

/** What Ink itself recognised; undefined where the text says which keys there are. */
function nameIn(input: string, key: Key): readonly string[] | undefined {
  if (key.eventType === 'release') return [];
  const named = special.find(([flag]) => key[flag] === true);
  if (named !== undefined) return [named[1]];
  if (key.tab) return [key.shift ? 'shift-tab' : 'tab'];
  if (key.ctrl) return input.length === 1 ? [`ctrl-${input}`] : [];
  return key.meta ? [] : undefined;
}

function nameOf(one: string): readonly string[] {
  const known = raw[one];
  if (known !== undefined) return [known];
  const code = one.codePointAt(0) ?? 0;
  if (one.length === 1 && code > 0 && code < 27) return [`ctrl-${String.fromCharCode(code + 96)}`];
  return code < 32 ? [] : [one];
}
