/** What the terminal can be trusted with, read from the environment alone: a query would be answered on stdin. */
export type Capabilities = {
  readonly colour: boolean;
  /** Box drawing and signs beyond ASCII are shown as meant. */
  readonly unicode: boolean;
  /** A full-screen view makes sense here; otherwise print plain text. */
  readonly interactive: boolean;
  readonly dumb: boolean;
  readonly tmux: boolean;
  readonly ssh: boolean;
  readonly columns: number;
  readonly rows: number;
};

/** Terminals that know no colour; some print its sequences. */
const MONOCHROME = /^vt[12345]\d\d(?!.*color)|-m(?:ono)?$/;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Judges a terminal by its environment. A set FORCE_COLOR decides first (0 and false mean no), then a non-empty
 * NO_COLOR, then the terminal. Without a UTF-8 locale, and on a text console with its few glyphs, only ASCII is safe.
 * A size that is missing or zero is taken as 80 by 24. CI is not asked: a person may well look at a terminal there.
 */
export function capabilities(
  env: Environment,
  isTTY: boolean,
  columns?: number,
  rows?: number,
): Capabilities {
  const term = env.TERM ?? '';
  const dumb = term === 'dumb' || term === '' || term === 'unknown';
  return {
    colour: hasColour(env, isTTY && !dumb && !MONOCHROME.test(term)),
    unicode: !dumb && term !== 'linux' && hasUtf8(env),
    interactive: isTTY && !dumb,
    dumb,
    tmux: isSet(env.TMUX) || /^(tmux|screen)/.test(term),
    ssh: isSet(env.SSH_CONNECTION) || isSet(env.SSH_TTY),
    columns: columns && columns > 0 ? columns : 80,
    rows: rows && rows > 0 ? rows : 24,
  };
}

function hasColour(env: Environment, byTerminal: boolean): boolean {
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return byTerminal && !isSet(env.NO_COLOR);
}

function hasUtf8(env: Environment): boolean {
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find(isSet) ?? 'C';
  return /utf-?8/i.test(locale);
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
