import type { CheckReport, RootReport } from './check-report.ts';
import { commandLine, headline, verdictWords } from './sentences.ts';

/** For an issue, a chat or a wiki page. */
export function markdown(report: CheckReport): string {
  const roots = [report.root, ...report.otherRoots].flatMap((root, i) =>
    root === null ? [] : rootSection(root, i > 0),
  );
  return `${[
    `# ${cell(headline(report))}`,
    '',
    `${report.at} · ${cell(report.cluster.server)}`,
    ...roots,
    '',
    '| | layer | verdict | what is seen |',
    '|---|---|---|---|',
    ...report.layers.map(
      layer =>
        `| ${layer.key} | ${cell(layer.title)} | ${cell(verdictWords(layer))} | ${cell(layer.summary)} |`,
    ),
    ...(report.components.length === 0
      ? []
      : [
          '',
          '| component | wanted | installed | running | release | verdict |',
          '|---|---|---|---|---|---|',
          ...report.components.map(
            ({ namespace, name, wanted, installed, running, release, verdict }) =>
              `| ${cell(`${namespace}/${name}`)} | ${cell(wanted ?? '')} | ${cell(installed ?? '')} | ${cell(running ?? '')} | ${cell(release ?? '')} | ${verdict} |`,
          ),
        ]),
  ].join('\n')}\n`;
}

function rootSection(root: RootReport, other: boolean): string[] {
  return [
    '',
    `## ${other ? 'Also' : 'Root cause'}: ${cell(root.summary)}`,
    '',
    ...(root.cause === null ? [] : [`Cause: ${cell(root.cause)} (confidence ${root.confidence}).`, '']),
    ...root.whys.map(
      (why, i) =>
        `${i + 1}. **${cell(why.question)}** ${cell(why.answer)}${why.inferred ? ' _(inferred)_' : ''}${why.evidence.map(line => `\n   - ${code(line)}`).join('')}`,
    ),
    ...root.remedies.slice(0, 1).flatMap(remedy => ['', '```sh', ...remedy.commands.map(commandLine), '```']),
  ];
}

/** Text of the cluster must not become markup. */
export function cell(text: string): string {
  return text.replace(/[\\`*_{}[\]<>|#]/g, '\\$&');
}

/** Text as it is, in one line. */
export function code(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}
