import type { Verdict } from '../layers/layer.ts';
import type { Taste } from '../store/taste.ts';
import type { Safe } from '../text/safe.ts';

/** What a piece of text means; the theme alone knows how that looks. */
export type Tone = 'plain' | 'dim' | 'ok' | 'warn' | 'bad' | 'unknown' | 'key' | 'strong';

/** How this terminal is drawn on. */
export interface Look {
  /** False: no colour sequence at all, words and glyphs say everything. */
  readonly colour: boolean;
  /** True: printable ASCII only. */
  readonly ascii: boolean;
  /** Left out: `default`. */
  readonly theme?: Taste['theme'];
  /** True: nothing turns. */
  readonly still?: boolean;
}

interface TextProps {
  readonly color?: string;
  readonly bold?: boolean;
  readonly dimColor?: boolean;
  readonly inverse?: boolean;
}

type Palette = Readonly<Record<Tone, TextProps>>;

/** The 16 colours of the user's own palette, and never a background. */
const byDefault: Palette = {
  plain: {},
  dim: { dimColor: true },
  ok: { color: 'green' },
  warn: { color: 'yellow' },
  bad: { color: 'red' },
  unknown: { color: 'gray' },
  key: { color: 'cyan' },
  strong: { bold: true },
};

const palettes: Readonly<Record<Taste['theme'], Palette>> = {
  default: byDefault,
  /** Weight instead of colour. */
  mono: {
    ...byDefault,
    ok: {},
    warn: { bold: true },
    bad: { inverse: true },
    unknown: { dimColor: true },
    key: { bold: true },
  },
  /** Nothing faint, and every colour in its bright form. */
  'high-contrast': {
    plain: { color: 'whiteBright' },
    dim: { color: 'white' },
    ok: { color: 'greenBright', bold: true },
    warn: { color: 'yellowBright', bold: true },
    bad: { color: 'redBright', bold: true },
    unknown: { color: 'whiteBright' },
    key: { color: 'cyanBright', bold: true },
    strong: { color: 'whiteBright', bold: true },
  },
  /** Without yellow, cyan and faint text, which a light background swallows. */
  light: {
    ...byDefault,
    dim: { color: 'gray' },
    ok: { color: 'green', bold: true },
    warn: { color: 'magenta', bold: true },
    bad: { color: 'red', bold: true },
    key: { color: 'blue', bold: true },
  },
};
const none: TextProps = {};

export function textProps(tone: Tone, { colour, theme = 'default' }: Look): TextProps {
  return colour ? palettes[theme][tone] : none;
}

/** From what the terminal can do and what the user wants; the same value while neither changes. */
export function looks(able: {
  readonly colour: boolean;
  readonly unicode: boolean;
}): (taste: Taste | undefined) => Look {
  let last: { readonly taste: Taste | undefined; readonly look: Look } | undefined;
  return taste => {
    if (last === undefined || last.taste !== taste) {
      const { theme = 'default', ascii = false, still = false } = taste ?? {};
      last = { taste, look: { colour: able.colour, ascii: ascii || !able.unicode, theme, still } };
    }
    return last.look;
  };
}

export const verdictTone: Readonly<Record<Verdict, Tone>> = {
  healthy: 'ok',
  progressing: 'warn',
  degraded: 'warn',
  down: 'bad',
  blocked: 'unknown',
  unknown: 'unknown',
};

export const verdictGlyph: Readonly<Record<Verdict, Safe>> = {
  healthy: '●' as Safe,
  progressing: '◐' as Safe,
  degraded: '▲' as Safe,
  down: '✗' as Safe,
  blocked: '↑' as Safe,
  unknown: '?' as Safe,
};
