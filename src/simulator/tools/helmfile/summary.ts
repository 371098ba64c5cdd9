import type { Release } from './state.ts';

/** One release in the tables at the end; a failed one has no version there. */
export interface Row {
  readonly release: Release;
  readonly version: string;
  readonly seconds: number;
}

/** The tables of what was upgraded and what failed. */
export function releaseReport(updated: readonly Row[], failed: readonly Row[]): string {
  return section('UPDATED RELEASES', updated) + section('FAILED RELEASES', failed);
}

function section(title: string, rows: readonly Row[]): string {
  if (rows.length === 0) return '';
  const cells = rows.map(({ release, version }) => [release.name, release.namespace, release.chart, version]);
  const head = ['NAME', 'NAMESPACE', 'CHART', 'VERSION'];
  const widths = head.map((word, index) =>
    Math.max(word.length, ...cells.map(row => row[index]?.length ?? 0)),
  );
  const line = (row: readonly string[], last: string): string =>
    `${row.map((cell, index) => cell.padEnd((widths[index] ?? 0) + 3)).join('')}${last}\n`;
  const body = cells.map((row, index) =>
    line(row, `${Math.round(rows[index]?.seconds ?? 0)}s`.padStart('DURATION'.length)),
  );
  return `\n${title}:\n${line(head, 'DURATION')}${body.join('')}\n`;
}
