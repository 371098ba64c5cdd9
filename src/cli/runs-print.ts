import { commandsOf } from '../recovery/make-plan.ts';
import { commandLine } from '../report/sentences.ts';
import type { RunEvent } from '../runs/journal.ts';
import { logFolder } from '../store/select/runs.ts';
import { exactAge } from '../text/age.ts';
import type { JudgedRun } from './runs-judge.ts';

/** One line a run. */
export function listText(all: readonly JudgedRun[]): string {
  if (all.length === 0) return 'no action was run from here yet\n';
  return all
    .map(
      ({ run, standing }) =>
        `${run.id}  ${time(run.startedAt)}  ${took(run).padStart(7)}  ${run.plan.cluster.context}  ${run.plan.title}  ${standing}\n`,
    )
    .join('');
}

/** One run in full. */
export function runText({ run, events, standing }: JudgedRun): string {
  const { plan } = run;
  const commands = commandsOf(plan.steps);
  const rows: readonly (readonly [string, string])[] = [
    ['RUN', run.id],
    ['action', plan.title],
    ['cluster', `${plan.cluster.context}  ${plan.cluster.server}`],
    ['state', standing],
    ...(run.failure === null ? [] : [['why', run.failure] as const]),
    ['began', `${time(run.startedAt)}${run.endedAt === null ? '' : `, took ${took(run)}`}`],
    ...(run.exitCode === null ? [] : [['exit code', String(run.exitCode)] as const]),
    ...commands.map((command, i) => [i === 0 ? 'commands' : '', `$ ${commandLine(command)}`] as const),
    ...events.map((event, i) => [i === 0 ? 'events' : '', `${time(event.at)} ${eventText(event)}`] as const),
    ['logs', `${logFolder(run)}/{out,err}.log`],
  ];
  return rows.map(([name, text]) => `${name.padEnd(9)} ${text}\n`).join('');
}

/** A run for a machine. Times are RFC 3339. */
export function runJson({ run, events, standing }: JudgedRun): unknown {
  const { plan } = run;
  return {
    id: run.id,
    action: plan.action,
    target: plan.target,
    title: plan.title,
    cluster: plan.cluster,
    danger: plan.danger,
    state: run.state,
    standing,
    failure: run.failure,
    startedAt: time(run.startedAt),
    endedAt: run.endedAt === null ? null : time(run.endedAt),
    step: run.step,
    steps: plan.steps.length,
    exitCode: run.exitCode,
    overdue: run.overdue,
    commands: commandsOf(plan.steps),
    logFile: run.logFile,
    events: events.map(event => ({ ...event, at: time(event.at) })),
  };
}

function eventText(event: RunEvent): string {
  switch (event.event) {
    case 'planned':
      return `planned by ${event.by}`;
    case 'supervisor':
      return `supervised by process ${event.process.pid}`;
    case 'spawned':
      return `step ${event.step + 1} is process ${event.process.pid}`;
    case 'exited':
      return `step ${event.step + 1} ended${event.code === null ? '' : ` with ${event.code}`}`;
    case 'stop':
      return `asked to stop: ${event.how}`;
    case 'lease':
      return `lock in the cluster: ${event.state}${event.why === null ? '' : ` (${event.why})`}`;
    default:
      return `step ${event.step + 1}: ${event.event}`;
  }
}

function time(at: number): string {
  return new Date(at).toISOString();
}

function took({ startedAt, endedAt }: JudgedRun['run']): string {
  if (endedAt === null) return '-';
  return exactAge(endedAt - startedAt);
}
