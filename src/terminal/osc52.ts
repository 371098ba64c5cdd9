/** Most bytes of text that common terminals take from one clipboard sequence; longer ones they drop or cut. */
const MOST_BYTES = 74_994;

/**
 * The sequence that puts text into the clipboard of the terminal, also over SSH. Undefined when the text is too long:
 * half a command in the clipboard is worse than none.
 */
export function copySequence(text: string): string | undefined {
  const bytes = Buffer.from(text, 'utf8');
  return bytes.length > MOST_BYTES ? undefined : `\x1b]52;c;${bytes.toString('base64')}\x07`;
}
