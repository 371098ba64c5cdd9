import type { CheckReport, LayerReport } from './check-report.ts';

/** The glyph that stands before a verdict; never the only signal, the word is always beside it. */
export const glyphs = {
  healthy: '●',
  progressing: '◐',
  degraded: '▲',
  down: '✗',
  blocked: '↑',
  unknown: '?',
} as const;

/** `down`, `unknown (rbac)`, `blocked by cni`: the verdict in words. */
export function verdictWords(layer: LayerReport): string {
  if (layer.verdict === 'blocked')
    return layer.blockedBy === null ? 'blocked' : `blocked by ${layer.blockedBy}`;
  const reason = layer.reason === null || layer.verdict !== 'unknown' ? '' : ` (${layer.reason})`;
  const because = layer.blockedBy === null ? '' : ` because of ${layer.blockedBy}`;
  return `${layer.stale ? 'stale, was ' : ''}${layer.verdict}${reason}${because}`;
}

/** One sentence for the whole cluster. */
export function headline(report: CheckReport): string {
  const where =
    report.cluster.version === null
      ? report.cluster.context
      : `${report.cluster.context} ${report.cluster.version}`;
  return report.root === null
    ? `${where}: ${report.verdict}`
    : `${where}: ${report.verdict} - ${report.root.summary}`;
}

/** A command as one would type it: arguments with blanks or shell characters are quoted. */
export function commandLine(words: readonly string[]): string {
  return words
    .map(word => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}
