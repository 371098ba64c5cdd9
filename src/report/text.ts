import type { CheckReport, LayerReport, RootReport } from './check-report.ts';
import { commandLine, glyphs, headline, verdictWords } from './sentences.ts';

/** Plain text for a person or a log: the cluster, the roots with their chain, then a line per layer and what is wrong in it. */
export function text(report: CheckReport): string {
  const roots = [report.root, ...report.otherRoots].flatMap((root, i) =>
    root === null ? [] : rootLines(root, i > 0),
  );
  const width = Math.max(...report.layers.map(layer => verdictWords(layer).length), 7);
  return `${[headline(report), ...roots, '', ...report.layers.flatMap(layer => layerLines(layer, width)), ...componentLines(report)].join('\n')}\n`;
}

function rootLines(root: RootReport, other: boolean): string[] {
  const scope = root.scope === null ? '' : ` (only ${root.scope.nodes.join(', ')})`;
  return [
    '',
    `${other ? 'ALSO' : 'ROOT CAUSE'}  ${root.layer}: ${root.summary}${scope}`,
    ...(root.cause === null ? [] : [`  cause    ${root.cause} (confidence ${root.confidence})`]),
    ...root.whys.flatMap((why, i) => [
      `  ${i + 1} ${why.question}`,
      `    ${why.answer}${why.inferred ? ' (inferred)' : ''}`,
      ...why.evidence.filter(line => !why.answer.includes(line)).map(line => `    | ${line}`),
    ]),
    ...root.remedies
      .slice(0, 1)
      .flatMap(remedy => [
        ...remedy.commands.map(command => `  repair   ${commandLine(command)}`),
        ...(remedy.blockedBy === null ? [] : [`           not now: ${remedy.blockedBy}`]),
      ]),
  ];
}

function layerLines(layer: LayerReport, width: number): string[] {
  return [
    `${layer.key} ${glyphs[layer.stale ? 'unknown' : layer.verdict]} ${layer.title.padEnd(18)} ${verdictWords(layer).padEnd(width)}  ${layer.summary}`,
    ...layer.findings
      .filter(finding => finding.severity !== 'note')
      .slice(0, 8)
      .map(finding => `      ${finding.severity}: ${finding.message}`),
  ];
}

function componentLines(report: CheckReport): string[] {
  const odd = report.components.filter(
    component => component.verdict !== 'healthy' || component.findings.length > 0,
  );
  if (report.components.length === 0) return [];
  return [
    '',
    `components: ${report.components.length - odd.length} of ${report.components.length} as wanted`,
    ...odd.map(
      component =>
        `  ${component.namespace}/${component.name} ${component.verdict}${component.release === null ? '' : `, release ${component.release}`}${component.findings
          .map(finding => `; ${finding.message}`)
          .join('')}`,
    ),
  ];
}
