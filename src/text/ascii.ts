import { named } from './code-point.ts';
import type { Safe } from './safe.ts';

/** Our glyphs, and the common ones of other people's text, for terminals that cannot show Unicode. */
const GLYPHS: ReadonlyMap<string, string> = new Map([
  ...pairs('●', 'o'),
  ...pairs('◐', '~'),
  ...pairs('▲', '!'),
  ...pairs('✗✘', 'x'),
  ...pairs('×', 'x'),
  ...pairs('▼▾', 'v'),
  ...pairs('◆', '*'),
  ...pairs('✓✔', '+'),
  ...pairs('○◌', '.'),
  ...pairs('↑', '^'),
  ...pairs('↓', 'v'),
  ...pairs('→▶▸❯›', '>'),
  ...pairs('←◀◂‹', '<'),
  ...pairs('·•∙', '-'),
  ...pairs('‐‑‒–—−', '-'),
  ...pairs('‘’', "'"),
  ...pairs('“”', '"'),
  ...pairs('─━┄┅┈┉═╌╍', '-'),
  ...pairs('│┃┆┇┊┋║╎╏', '|'),
  ...pairs('┌┍┎┏┐┑┒┓└┕┖┗┘┙┚┛├┝┞┟┠┡┢┣┤┥┦┧┨┩┪┫┬┭┮┯┰┱┲┳┴┵┶┷┸┹┺┻┼┽┾┿╀╁╂╃╄╅╆╇╈╉╊╋', '+'),
  ...pairs('╒╓╔╕╖╗╘╙╚╛╜╝╞╟╠╡╢╣╤╥╦╧╨╩╪╫╬╭╮╯╰', '+'),
  ...pairs('█▓▇▆▅', '#'),
  ...pairs('▒▄▃▂▌▐', '='),
  ...pairs('░▁▏', '.'),
  ...pairs('⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏', '*'),
  ['…', '...'],
  ['↵', '^J'],
  ['≥', '>='],
  ['≤', '<='],
  ['\ufffd', '?'],
]);

const NOT_ASCII = /[\u{80}-\u{10ffff}]/gu;

/**
 * Rewrites safe text in printable ASCII (colour sequences stay): known glyphs by a look-alike, any other character
 * by its name, `<U+00E9>`, so that two different names never look the same. The result may be longer: call it
 * before measuring.
 */
export function toAscii(text: Safe): Safe {
  return text.replace(NOT_ASCII, char => GLYPHS.get(char) ?? named(char.codePointAt(0) as number)) as Safe;
}

function pairs(from: string, to: string): [string, string][] {
  return [...from].map(char => [char, to]);
}
