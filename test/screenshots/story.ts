import { caption, page } from './svg.ts';

/** One moment of the story: what each row of the screen shows, what is said about it, and for how long it stays, in seconds. */
export interface Moment {
  readonly rows: readonly string[];
  readonly says: string;
  readonly seconds: number;
}

interface Shot {
  readonly what: string;
  /** First and one after the last moment that shows it. */
  readonly from: number;
  to: number;
}

/**
 * A moving picture of the moments, as one SVG with CSS steps: it moves where SVG is shown as an image, too. What stays in a
 * row from one moment to the next is drawn once. Where nothing moves (reduced motion, renderers without CSS animation) the
 * moment `poster` stands still.
 */
export function storySvg(
  moments: readonly Moment[],
  { cols, title, poster }: { readonly cols: number; readonly title: string; readonly poster: number },
): string {
  const height = moments[0]?.rows.length ?? 0;
  const total = moments.reduce((sum, one) => sum + one.seconds, 0);
  const at = moments.map((_, i) => moments.slice(0, i).reduce((sum, one) => sum + one.seconds, 0) / total);
  const spans = new Set<string>();
  const body = Array.from({ length: height + 2 }, (_, y) =>
    shotsOf(moments.map(one => (y < height ? (one.rows[y] ?? '') : y > height ? caption(one.says, y) : '')))
      .filter(({ what }) => what !== '')
      .map(shot => {
        if (shot.from === 0 && shot.to === moments.length) return shot.what;
        const name = `m${shot.from}-${shot.to}`;
        spans.add(name);
        const isPoster = shot.from <= poster && poster < shot.to;
        return `<g class="${name}"${isPoster ? '' : ' visibility="hidden"'}>${shot.what}</g>`;
      })
      .join('\n'),
  );
  const rules = [...spans].map(name => {
    const [from = 0, to = 0] = name.slice(1).split('-').map(Number);
    return rule(name, total, at[from] ?? 0, at[to] ?? 1);
  });
  const still = '@media(prefers-reduced-motion:reduce){g{animation:none!important}}';
  return page({ cols, rows: height + 2, title }, rules.join('') + still, body);
}

/** What a row shows one after the other; what is the same in neighbouring moments is one shot. */
function shotsOf(row: readonly string[]): readonly Shot[] {
  const shots: Shot[] = [];
  for (const [i, what] of row.entries()) {
    const last = shots.at(-1);
    if (last !== undefined && last.what === what) last.to = i + 1;
    else shots.push({ what, from: i, to: i + 1 });
  }
  return shots;
}

/** Visible from one part of the whole to another, and hidden outside of it. */
function rule(name: string, seconds: number, from: number, to: number): string {
  const percent = (part: number): string => `${Number((part * 100).toFixed(3))}%`;
  const before = from === 0 ? '' : '0%{visibility:hidden}';
  const after = to >= 1 ? '' : `${percent(to)}{visibility:hidden}`;
  const end = to >= 1 ? '100%{visibility:visible}' : '100%{visibility:hidden}';
  return `@keyframes ${name}{${before}${percent(from)}{visibility:visible}${after}${end}}.${name}{animation:${name} ${Number(seconds.toFixed(2))}s step-end infinite}`;
}
