import type { CheckReport } from './check-report.ts';

const verdicts = ['healthy', 'progressing', 'degraded', 'down', 'blocked', 'unknown'] as const;

/** Metrics for a textfile collector: one series a layer and verdict, so that an alert can name what it waits for. */
export function prometheus(report: CheckReport): string {
  const context = label(report.cluster.context);
  const lines = [
    '# HELP groundup_layer_verdict 1 for the verdict that the layer has now.',
    '# TYPE groundup_layer_verdict gauge',
    ...report.layers.flatMap(layer =>
      verdicts.map(
        verdict =>
          `groundup_layer_verdict{context="${context}",layer="${layer.id}",verdict="${verdict}"} ${layer.verdict === verdict ? 1 : 0}`,
      ),
    ),
    '# HELP groundup_layer_stale 1 when the layer could not be confirmed lately.',
    '# TYPE groundup_layer_stale gauge',
    ...report.layers.map(
      layer => `groundup_layer_stale{context="${context}",layer="${layer.id}"} ${layer.stale ? 1 : 0}`,
    ),
    '# HELP groundup_layer_ready How many of what the layer counts are ready.',
    '# TYPE groundup_layer_ready gauge',
    ...report.layers.flatMap(({ id, measure }) =>
      measure === null ? [] : [`groundup_layer_ready{context="${context}",layer="${id}"} ${measure.ready}`],
    ),
    '# HELP groundup_layer_wanted How many of what the layer counts are wanted.',
    '# TYPE groundup_layer_wanted gauge',
    ...report.layers.flatMap(({ id, measure }) =>
      measure === null ? [] : [`groundup_layer_wanted{context="${context}",layer="${id}"} ${measure.wanted}`],
    ),
    '# HELP groundup_cluster_verdict 1 for the verdict of the whole cluster.',
    '# TYPE groundup_cluster_verdict gauge',
    ...verdicts
      .filter(verdict => verdict !== 'blocked')
      .map(
        verdict =>
          `groundup_cluster_verdict{context="${context}",verdict="${verdict}"} ${report.verdict === verdict ? 1 : 0}`,
      ),
    '# HELP groundup_root_cause 1 for each cause found, with the object to repair.',
    '# TYPE groundup_root_cause gauge',
    ...[report.root, ...report.otherRoots].flatMap(root =>
      root === null
        ? []
        : [
            `groundup_root_cause{context="${context}",layer="${root.layer}",problem="${root.problem}",kind="${label(root.object?.kind ?? '')}",namespace="${label(root.object?.namespace ?? '')}",name="${label(root.object?.name ?? '')}"} 1`,
          ],
    ),
    ...times(report, context),
  ];
  return `${lines.join('\n')}\n`;
}

function times(report: CheckReport, context: string): readonly string[] {
  return [
    '# HELP groundup_certificate_expires_seconds When the certificate of the API server, and our own, end.',
    '# TYPE groundup_certificate_expires_seconds gauge',
    ...report.certificates.map(
      ({ name, expires }) =>
        `groundup_certificate_expires_seconds{context="${context}",certificate="${name}"} ${seconds(expires)}`,
    ),
    '# HELP groundup_checked_at_seconds When the cluster was looked at, in its own time.',
    '# TYPE groundup_checked_at_seconds gauge',
    `groundup_checked_at_seconds{context="${context}"} ${seconds(report.at)}`,
  ];
}

function seconds(moment: string): number {
  return Math.floor(Date.parse(moment) / 1000);
}

function label(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
