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

/** Names of the keys in one event of Ink: `j`, `enter`, `ctrl-l`. Held keys come as one event and are split. */
export function keyNames(input: string, key: Key): readonly string[] {
  if (key.eventType === 'release') return [];
  const named = special.find(([flag]) => key[flag] === true);
  if (named !== undefined) return [named[1]];
  if (key.tab) return [key.shift ? 'shift-tab' : 'tab'];
  if (key.ctrl) return input.length === 1 ? [`ctrl-${input}`] : [];
  if (key.meta) return [];
  return splitKeys(input)
    .filter(one => one !== PASTE)
    .flatMap(nameOf);
}

function nameOf(one: string): readonly string[] {
  const known = raw[one];
  if (known !== undefined) return [known];
  const code = one.codePointAt(0) ?? 0;
  if (one.length === 1 && code > 0 && code < 27) return [`ctrl-${String.fromCharCode(code + 96)}`];
  return code < 32 ? [] : [one];
}
