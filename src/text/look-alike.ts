import { field } from './field.ts';
import type { Safe } from './safe.ts';

/** Letters and signs that most fonts draw like an ASCII character: Cyrillic, Greek, Latin extras, dashes and slashes. */
const ALIKE: Readonly<Record<string, string>> = {
  ...pairs('аa вb еe кk мm нh оo рp сc тt уy хx ѕs іi јj һh ԁd ԛq ԝw ѵv ԍg ӏl ґr'),
  ...pairs('АA ВB ЕE КK МM НH ОO РP СC ТT УY ХX ЅS ІI ЈJ ԚQ ԜW ҮY ӀI'),
  ...pairs('αa οo νv ρp υu ιi κk τt γy ωw ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX'),
  ...pairs('ıi ɩi ɡg ɑa ʟl օo սu հh զq ոn ցg ｰ- ‐- ‑- ‒- –- —- −- ⁃- ․. ⁄/ ∕/ ։: ∶: ꞉: ˗-'),
};

/**
 * What a name looks like at a glance, in ASCII where anything else is drawn like it: two names with the same skeleton are
 * taken for each other. Hidden characters are left out, because nobody sees them.
 */
export function skeleton(name: string): string {
  const plain = name.normalize('NFKC').replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu, '');
  return [...plain].map(char => ALIKE[char] ?? char).join('');
}

/**
 * A foreign name that somebody chooses or types by its looks, such as that of a context. Beside what `field` does, a character
 * that passes for an ASCII one shows as its number (`pr<U+043E>d`), unless the whole name is of another script.
 */
export function identifier(raw: unknown): Safe {
  const shown = field(raw);
  if (/^[ -~]*$/.test(shown)) return shown;
  const isMixed = /[A-Za-z]/.test(shown) || /^[ -~]*$/.test(skeleton(shown));
  if (!isMixed) return shown;
  return [...shown]
    .map(char => (char > '~' && passesForAscii(char) ? numberOf(char) : char))
    .join('') as Safe;
}

function passesForAscii(char: string): boolean {
  return /^[ -~]+$/.test(skeleton(char));
}

function numberOf(char: string): string {
  return `<U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`;
}

function pairs(text: string): Record<string, string> {
  return Object.fromEntries(text.split(' ').map(pair => [pair.slice(0, -1), pair.slice(-1)]));
}
