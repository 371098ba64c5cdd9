/** Marks of a synchronised update. They enclose each frame the renderer writes; the terminal never sees them. */
const BEGIN = '\x1b[?2026h';
const END = '\x1b[?2026l';
const LEAVE_SCREEN = '\x1b[?1049l';
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding the escape character is the point
const NEXT_LINES = /(?:\x1b\[E){2,}/g;

/** A piece of output: a whole frame may be dropped, a control (screen, cursor, paste mode) must always arrive. */
export type Piece = { readonly kind: 'frame' | 'control'; readonly data: string };

export type FrameJoiner = {
  /** Takes one write; returns what is ready to go out, in order. */
  readonly add: (chunk: string) => readonly Piece[];
  /** Ends a frame whose end mark never came. */
  readonly flush: () => readonly Piece[];
  readonly isOpen: () => boolean;
};

/**
 * Joins the writes of one frame into one piece. The renderer writes begin mark, cursor, picture and end mark as
 * separate chunks; sent apart, they can be torn by a slow link or dropped one by one. Runs of "next line" become one
 * sequence with a count. The marks are removed: a frame that is one write needs none, and an unanswered begin mark
 * freezes a screen.
 */
export function frameJoiner(): FrameJoiner {
  let open: string | undefined;
  const flush = (): readonly Piece[] => {
    const data = open;
    open = undefined;
    return data ? [{ kind: 'frame', data: data.replace(NEXT_LINES, run => `\x1b[${run.length / 3}E`) }] : [];
  };
  const add = (chunk: string): readonly Piece[] => {
    if (chunk === BEGIN) {
      const pieces = flush();
      open = '';
      return pieces;
    }
    if (chunk === END) return flush();
    if (open === undefined || chunk.includes(LEAVE_SCREEN))
      return [...flush(), { kind: 'control', data: chunk }];
    open += chunk;
    return [];
  };
  return { add, flush, isOpen: () => open !== undefined };
}
