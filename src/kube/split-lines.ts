/** Cuts bytes into lines. `push` returns false when one line grew beyond the cap: the stream cannot be trusted then. */
export interface LineSplitter {
  readonly push: (chunk: Buffer, line: (text: string) => void) => boolean;
}

const LINE_FEED = 0x0a;

/** Lines are decoded whole, so that a character cut in two by a chunk survives. An unfinished last line is dropped. */
export function lineSplitter(cap = 8 * 1024 * 1024): LineSplitter {
  let rest: Buffer[] = [];
  let held = 0;
  return {
    push: (chunk, line) => {
      let from = 0;
      for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, from)) {
        if (held + end - from > cap) return false;
        if (held === 0) line(chunk.toString('utf8', from, end));
        else {
          line(Buffer.concat([...rest, chunk.subarray(from, end)]).toString('utf8'));
          rest = [];
          held = 0;
        }
        from = end + 1;
      }
      if (from < chunk.length) {
        const tail = chunk.subarray(from);
        rest.push(tail);
        held += tail.length;
      }
      return held <= cap;
    },
  };
}
