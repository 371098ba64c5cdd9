/** What stands for pasted text, whatever it was: a paste must never press a hotkey. */
export const PASTE = 'paste';

const PASTE_BEGIN = '\x1b[200~';
const PASTE_END = '\x1b[201~';

/** One token each, in this order: string sequences, mouse, CSI, SS3, Alt with a key, a character. */
const TOKEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding the escape character is the point
  /\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\|$)?|\x1b\[M[^\x1b]{3}|\x1b\[\[[A-E]|\x1b\[[0-?]*[ -/]*[@-~]?|\x1bO[0-9]*[A-Za-z]?|\x1b[^\x1b]|[\s\S]/gu;

/** Keys that a terminal sends as CSI: arrows, home, end, function and paging keys, back-tab. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding the escape character is the point
const KEY = /^\x1b\[(?:[0-9;]*[A-FHPQSZ~]|[0-9]*R|\[[A-E])$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding the escape character is the point
const SS3_KEY = /^\x1bO[0-9]*[A-Za-z]$/;

/**
 * Splits what one read of stdin brought into single keys: `jjj` is three of them. A bracketed paste is one `paste`;
 * answers of the terminal (device attributes, cursor reports, OSC and DCS replies), mouse and focus reports, and
 * broken sequences are dropped. A chunk that only begins or only ends a paste counts as pasted on that side.
 */
export function splitKeys(chunk: string): readonly string[] {
  const keys: string[] = [];
  let rest = chunk;
  const strayEnd = endBeforeBegin(rest);
  if (strayEnd !== -1) {
    keys.push(PASTE);
    rest = rest.slice(strayEnd + PASTE_END.length);
  }
  for (let begin = rest.indexOf(PASTE_BEGIN); begin !== -1; begin = rest.indexOf(PASTE_BEGIN)) {
    keys.push(...typed(rest.slice(0, begin)), PASTE);
    const end = rest.indexOf(PASTE_END, begin);
    rest = end === -1 ? '' : rest.slice(end + PASTE_END.length);
  }
  return [...keys, ...typed(rest)];
}

function endBeforeBegin(chunk: string): number {
  const end = chunk.indexOf(PASTE_END);
  const begin = chunk.indexOf(PASTE_BEGIN);
  return end !== -1 && (begin === -1 || end < begin) ? end : -1;
}

function typed(text: string): readonly string[] {
  return (text.match(TOKEN) ?? []).filter(isKey);
}

function isKey(token: string): boolean {
  if (token.startsWith('\x1b[')) return KEY.test(token);
  if (token.startsWith('\x1bO') && token.length > 2) return SS3_KEY.test(token);
  if (token.startsWith('\x1b') && ']PX^_'.includes(token.charAt(1) || '-')) return false;
  return !/^[\x80-\x9f\ud800-\udfff]$/u.test(token);
}
