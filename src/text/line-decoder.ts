/** UTF-16 units of one line that are held in memory; what a longer line has beyond it is dropped and counted. */
export const LINE_BOUND = 65_536;

/** Turns the bytes of a stream into raw lines: not sanitised yet. */
export type LineDecoder = {
  /** Takes the next bytes, split anywhere, and returns the lines they complete. */
  readonly push: (bytes: Uint8Array) => readonly string[];
  /** Ends the stream: an unfinished line and an unfinished character still come out. */
  readonly end: () => readonly string[];
  /** Text units dropped so far because their line was too long. */
  readonly dropped: () => number;
};

/**
 * Decodes UTF-8 incrementally; invalid bytes become U+FFFD and never stop the stream. LF, CR LF and a lone CR end a
 * line, also when CR and LF arrive in different chunks. The result does not depend on how the bytes were split.
 */
export function lineDecoder(bound: number = LINE_BOUND): LineDecoder {
  const decoder = new TextDecoder('utf-8', { fatal: false });
  let rest = '';
  let dropped = 0;
  let skipLineFeed = false;

  const hold = (piece: string): void => {
    const room = bound - rest.length;
    rest += piece.length <= room ? piece : piece.slice(0, room);
    dropped += Math.max(0, piece.length - room);
  };
  const take = (text: string): string[] => {
    const lines: string[] = [];
    let from = skipLineFeed && text.startsWith('\n') ? 1 : 0;
    if (text !== '') skipLineFeed = false;
    for (let at = nextEnd(text, from); at !== -1; at = nextEnd(text, from)) {
      hold(text.slice(from, at));
      lines.push(rest);
      rest = '';
      from = at + 1;
      if (text[at] !== '\r') continue;
      if (from === text.length) skipLineFeed = true;
      else if (text[from] === '\n') from++;
    }
    hold(text.slice(from));
    return lines;
  };

  return {
    push: bytes => take(decoder.decode(bytes, { stream: true })),
    end: () => {
      const lines = take(decoder.decode());
      if (rest !== '') lines.push(rest);
      rest = '';
      return lines;
    },
    dropped: () => dropped,
  };
}

const END = /[\r\n]/g;

function nextEnd(text: string, from: number): number {
  END.lastIndex = from;
  return END.exec(text)?.index ?? -1;
}
