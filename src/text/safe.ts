/** Text that has passed the sanitiser (or was written in this source): the only text a screen or report may print. */
export type Safe = string & { readonly __safe: true };

/**
 * Builds safe text from a template whose holes are safe already: `say\`${name} is missing\``.
 * The compiler refuses raw foreign text in a hole; pass it through `field()` or `logLine()` where it enters.
 */
export function say(strings: TemplateStringsArray, ...holes: readonly (Safe | number)[]): Safe {
  let out = strings[0] ?? '';
  holes.forEach((hole, i) => {
    out += String(hole) + (strings[i + 1] ?? '');
  });
  return out as Safe;
}

/** Joins safe pieces with a separator that is written in the source. */
export function join(pieces: readonly Safe[], separator: string): Safe {
  return pieces.join(separator) as Safe;
}
