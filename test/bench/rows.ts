import type { SizeName } from './large-world.ts';
import type { Figures } from './measure.ts';

/** One row of the table: a figure, its unit, and what it may be at each size. */
export interface Row {
  readonly key: string;
  readonly what: string;
  readonly digits: number;
  readonly bars: Readonly<Record<SizeName, number>>;
}

const same = (bar: number): Row['bars'] => ({ S: bar, M: bar, L: bar });

/** The bars that the monitor must hold. */
export const rows: readonly Row[] = [
  { key: 'firstFrame', what: 'first frame, s', digits: 2, bars: same(0.35) },
  { key: 'judged', what: 'all layers judged, s', digits: 2, bars: { S: 0.6, M: 1.5, L: 4 } },
  { key: 'named', what: 'cause named, s from the start', digits: 2, bars: { S: 1.6, M: 2.5, L: 5 } },
  { key: 'startCpu', what: 'CPU seconds for start + 5 s', digits: 2, bars: { S: 0.6, M: 1.2, L: 4 } },
  { key: 'apiMiB', what: 'API MiB at start', digits: 2, bars: { S: 0.2, M: 3.7, L: 17.4 } },
  { key: 'cpuPercent', what: 'idle CPU, % of a core', digits: 2, bars: { S: 0.5, M: 0.5, L: 1 } },
  { key: 'rssMiB', what: 'idle RSS, MiB', digits: 0, bars: { S: 115, M: 130, L: 180 } },
  { key: 'bytesPerSecond', what: 'terminal bytes/s, idle', digits: 1, bars: same(4) },
  { key: 'quietBytes', what: 'terminal bytes/s, idle, clock off', digits: 1, bars: same(0) },
  { key: 'requestsPerMinute', what: 'requests/min, idle', digits: 1, bars: same(12) },
  { key: 'leasesCpu', what: 'CPU while all nodes renew leases, %', digits: 1, bars: { S: 1, M: 3, L: 15 } },
  { key: 'podsCpu', what: 'CPU under 50 pod updates/s, %', digits: 1, bars: same(4) },
  { key: 'floodCpu', what: 'CPU under 500 events/s as well, %', digits: 1, bars: same(25) },
  { key: 'floodBytes', what: 'terminal bytes/s under that flood', digits: 0, bars: same(60_000) },
  { key: 'keyMedian', what: 'key to screen, median, ms', digits: 0, bars: same(15) },
  { key: 'keyWorst', what: 'key to screen, worst, ms', digits: 0, bars: same(60) },
  { key: 'floodKeyMedian', what: 'under the flood, median, ms', digits: 0, bars: same(15) },
  { key: 'floodKeyWorst', what: 'under the flood, worst, ms', digits: 0, bars: same(60) },
  { key: 'change', what: 'change in the cluster to screen, s', digits: 2, bars: same(1) },
  { key: 'noticed', what: 'API frozen: noticed after, s', digits: 1, bars: same(15) },
  { key: 'back', what: 'API back: live again after, s', digits: 1, bars: same(5) },
  { key: 'replayed', what: 'terminal stalled 20 s: bytes afterwards', digits: 0, bars: same(100_000) },
];

/** A Markdown table: figure, bar and verdict, and how many times as much the other program needs. */
export function table(title: string, size: SizeName, figures: Figures, other: Figures | null): string {
  const head = other === null ? '' : ' k9s | ratio |';
  const lines = rows.map(({ key, what, digits, bars }) => {
    const figure = figures[key];
    const bar = bars[size];
    const verdict =
      figure === undefined ? '' : Number(figure.toFixed(digits)) <= bar ? 'holds' : '**missed**';
    const shown = figure?.toFixed(digits) ?? 'not measured here';
    return `| ${what} | ${shown} | ${bar} | ${verdict} |${other === null ? '' : beside(figure, other[key], digits)}`;
  });
  return `| ${title} | measured | bar | verdict |${head}\n|---|---|---|---|${other === null ? '' : '---|---|'}\n${lines.join('\n')}\n`;
}

function beside(ours: number | undefined, theirs: number | undefined, digits: number): string {
  if (theirs === undefined) return ' | |';
  const ratio = ours === undefined || ours === 0 ? '' : (theirs / ours).toFixed(1);
  return ` ${theirs.toFixed(digits)} | ${ratio} |`;
}
