/** Most combining marks kept on one base letter: stacked marks paint over the rows above and below. */
export const MARKS_PER_BASE = 4;

const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;
const SPACE = /\p{Zs}/u;
const MARK = /\p{M}/u;

/** What a foreign character is to the screen: shown as it is, shown as other text, dropped, or a mark on its base. */
export type Shown = { readonly kind: 'plain' | 'mark' } | { readonly kind: 'text'; readonly text: string };

const PLAIN: Shown = { kind: 'plain' };
const ON_BASE: Shown = { kind: 'mark' };
const known = new Map<number, Shown>();

/**
 * Says how one code point outside printable ASCII is shown. Line ends, tabs and escape sequences are the caller's
 * business: here they become caret notation like every other control. Nothing invisible survives: joiners,
 * direction marks, tags, private use and unassigned code points are named as `<U+XXXX>`.
 */
export function shown(codePoint: number): Shown {
  const before = known.get(codePoint);
  if (before) return before;
  const answer = classify(codePoint);
  if (known.size < 4096) known.set(codePoint, answer);
  return answer;
}

function classify(codePoint: number): Shown {
  if (codePoint < 0x20) return { kind: 'text', text: `^${String.fromCharCode(codePoint + 0x40)}` };
  if (codePoint < 0x7f) return PLAIN;
  if (codePoint === 0x7f) return { kind: 'text', text: '^?' };
  if (codePoint === 0xfe0e || codePoint === 0xfe0f) return { kind: 'text', text: '' };
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return { kind: 'text', text: '\ufffd' };
  const char = String.fromCodePoint(codePoint);
  if (HIDDEN.test(char)) return { kind: 'text', text: named(codePoint) };
  if (SPACE.test(char)) return { kind: 'text', text: ' ' };
  return MARK.test(char) ? ON_BASE : PLAIN;
}

/** The name of a code point as it is shown when the character itself may not be: `<U+200B>`. */
export function named(codePoint: number): string {
  return `<U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}>`;
}
