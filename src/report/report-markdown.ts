import { exactAge } from '../text/age.ts';
import type { ActionTold, IncidentReport, IncidentTold, RootTold } from './incident-report.ts';
import { cell, code } from './markdown.ts';
import { commandLine, verdictWords } from './sentences.ts';

/** The report for an issue, a chat or a wiki page. */
export function reportMarkdown(exact: IncidentReport): string {
  const report = inSeconds(exact);
  const { cluster, incidents, timeline, actions, layers, versions, prevention, unseen } = report;
  const lines = [
    `# ${cell(cluster.context)}: ${headline(report)}`,
    '',
    `${report.since} to ${report.until} · ${cell(cluster.server)} · at the end ${report.verdict}`,
    ...incidents.flatMap((one, i) => incidentSection(one, i + 1, incidents.length)),
    ...section('Time line', timeline.length === 0 ? ['Nothing changed.'] : timeLineTable(report)),
    ...section('Actions', actions.length === 0 ? ['None.'] : actions.flatMap(actionLines)),
    ...section('Layers at the end', [
      '| | layer | verdict | what is seen |',
      '|---|---|---|---|',
      ...layers.map(
        one => `| ${one.key} | ${cell(one.title)} | ${cell(verdictWords(one))} | ${cell(one.summary)} |`,
      ),
    ]),
    ...section('Versions', versionLines(versions)),
    ...(prevention.length === 0
      ? []
      : section(
          'To prevent it next time',
          prevention.map(text => `- ${text}`),
        )),
    ...(unseen.length === 0
      ? []
      : section('Not seen', [...unseen.map(({ from, to }) => `- Nobody looked from ${from} to ${to}.`)])),
  ];
  return `${lines.join('\n')}\n`;
}

/** Milliseconds are for machines. */
function inSeconds(report: IncidentReport): IncidentReport {
  return JSON.parse(JSON.stringify(report).replace(MILLISECONDS, '$1Z')) as IncidentReport;
}

const MILLISECONDS = /(\dT\d\d:\d\d:\d\d)\.\d{3}Z/g;

function section(title: string, lines: readonly string[]): readonly string[] {
  return ['', `## ${title}`, '', ...lines];
}

function headline({ incidents }: IncidentReport): string {
  if (incidents.length === 0) return 'nothing was wrong';
  return incidents.length === 1 ? '1 incident' : `${incidents.length} incidents`;
}

function incidentSection(one: IncidentTold, number: number, count: number): readonly string[] {
  const { root, otherRoots, layers } = one;
  const title = root === null ? `${one.worst}, no cause was named` : cell(root.summary);
  const end = one.to === null ? 'not over yet' : `to ${one.to}`;
  const named = one.namedAfterMs === null ? '' : `; the cause was named after ${exactAge(one.namedAfterMs)}`;
  return [
    ...section(`Incident${count > 1 ? ` ${number}` : ''}: ${title}`, [
      `From ${one.from} ${end}, ${exactAge(one.lastedMs)}; ${one.worst}${named}. Layers: ${layers.join(', ') || 'none'}.`,
    ]),
    ...(root === null ? [] : rootLines(root)),
    ...otherRoots.map(other => `\nAlso named meanwhile: ${cell(other.summary)} (${other.layer}).`),
  ];
}

function rootLines({ cause, confidence, whys, rule, inputs }: RootTold): readonly string[] {
  return [
    '',
    `${cause === null ? 'Who did it is not known' : `Cause: ${cell(cause)}`} (confidence ${confidence}).`,
    '',
    ...whys.map(
      (why, i) =>
        `${i + 1}. **${cell(why.question)}** ${cell(why.answer)}${why.inferred ? ' _(inferred)_' : ''}${why.evidence.map(line => `\n   - ${code(line)}`).join('')}`,
    ),
    ...(rule === null
      ? []
      : ['', `Concluded by rule ${code(rule)}:`, ...inputs.map(text => `- ${cell(text)}`)]),
  ];
}

function timeLineTable({ timeline }: IncidentReport): readonly string[] {
  return [
    '| time | what |',
    '|---|---|',
    ...timeline.map(
      ({ at, kind, text }) => `| ${at} | ${kind === 'root' ? `**${cell(text)}**` : cell(text)} |`,
    ),
  ];
}

function actionLines(action: ActionTold): readonly string[] {
  const { title, state, startedAt, endedAt, exitCode, failure, commands, output, dropped } = action;
  const exit = exitCode === null ? '' : `, exit code ${exitCode}`;
  const end = endedAt === null ? 'not over' : `to ${endedAt}`;
  return [
    `### ${cell(title)}: ${state}`,
    '',
    `From ${startedAt} ${end}${exit}.${failure === null ? '' : ` ${cell(failure)}.`}`,
    '',
    ...fenced(commands.map(commandLine), 'sh'),
    ...(output.length === 0
      ? []
      : fenced([...(dropped > 0 ? [`(${dropped} lines before)`] : []), ...output], 'text')),
  ];
}

function versionLines({ groundup, kubernetes, components }: IncidentReport['versions']): readonly string[] {
  const known = (text: string | null): string => (text === null ? '' : cell(text));
  return [
    `groundup ${groundup}${kubernetes === null ? '' : `, Kubernetes ${cell(kubernetes)}`}`,
    ...(components.length === 0
      ? []
      : ['', '| component | wanted | installed | running | release |', '|---|---|---|---|---|']),
    ...components.map(
      ({ namespace, name, wanted, installed, running, release }) =>
        `| ${cell(`${namespace}/${name}`)} | ${known(wanted)} | ${known(installed)} | ${known(running)} | ${known(release)} |`,
    ),
  ];
}

/** A fence that no line inside can close. */
function fenced(lines: readonly string[], language: string): readonly string[] {
  const longest = Math.max(2, ...lines.map(line => /`+/.exec(line)?.[0].length ?? 0));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, ...lines, fence, ''];
}
