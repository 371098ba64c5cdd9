import { stringify } from 'yaml';
import type { ChecksReport } from './checks-report.ts';
import type { Format } from './format-names.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import { prometheus } from './prometheus.ts';
import { headline } from './sentences.ts';
import { text } from './text.ts';

/** The output formats of `check` for several clusters: still one document each, whatever reads it. */
export const formatsOfSeveral: Readonly<Record<Format, (reports: ChecksReport) => string>> = {
  text: reports =>
    [`${summary(reports)}\n`, ...reports.clusters.map(one => `${'-'.repeat(72)}\n${text(one)}`)].join('\n'),
  json: reports => `${JSON.stringify(reports, null, 2)}\n`,
  yaml: reports => stringify(reports, { lineWidth: 0, aliasDuplicateObjects: false }),
  prometheus: ({ clusters }) => families(clusters.map(prometheus)),
  junit: ({ clusters }) => junit(...clusters),
  markdown: ({ clusters }) => clusters.map(markdown).join('\n'),
};

function summary({ verdict, clusters }: ChecksReport): string {
  return [`${clusters.length} clusters: ${verdict}`, ...clusters.map(one => `  ${headline(one)}`)].join('\n');
}

/** The text format of Prometheus wants all series of a metric together, under one HELP and one TYPE. */
function families(texts: readonly string[]): string {
  const found = new Map<string, { readonly head: readonly string[]; readonly series: string[] }>();
  for (const block of texts.flatMap(whole => whole.split(/^(?=# HELP )/m))) {
    const lines = block.trimEnd().split('\n');
    const head = lines.filter(line => line.startsWith('#'));
    const name = head[0] ?? '';
    const family = found.get(name) ?? { head, series: [] };
    family.series.push(...lines.filter(line => !line.startsWith('#')));
    found.set(name, family);
  }
  return `${[...found.values()].flatMap(({ head, series }) => [...head, ...series]).join('\n')}\n`;
}
