import type { Verdict } from '../layers/layer.ts';
import type { Safe } from '../text/safe.ts';

/** What a piece of text means; the theme alone knows how that looks. */
export type Tone = 'plain' | 'dim' | 'ok' | 'warn' | 'bad' | 'unknown' | 'key' | 'strong';

/** How this terminal is drawn on. */
export interface Look {
  /** False: no colour sequence at all, words and glyphs say everything. */
  readonly colour: boolean;
  /** True: printable ASCII only. */
  readonly ascii: boolean;
}

interface TextProps {
  readonly color?: string;
  readonly bold?: boolean;
  readonly dimColor?: boolean;
}

/** The 16 colours of the user's own palette, and never a background. */
const props: Readonly<Record<Tone, TextProps>> = {
  plain: {},
  dim: { dimColor: true },
  ok: { color: 'green' },
  warn: { color: 'yellow' },
  bad: { color: 'red' },
  unknown: { color: 'gray' },
  key: { color: 'cyan' },
  strong: { bold: true },
};
const none: TextProps = {};

export function textProps(tone: Tone, look: Look): TextProps {
  return look.colour ? props[tone] : none;
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
