import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { commandsOf } from '../recovery/make-plan.ts';
import type { Danger, Plan } from '../recovery/plan.ts';
import type { Run, RunLine, RunState } from '../runs/run.ts';
import type { Safe } from '../text/safe.ts';
import type { Ran } from './moments.ts';

/** A run as a recording has it: what was done, how it ended, and the last lines that it said. Times are cluster time. */
export interface RecordedRun {
  readonly id: string;
  readonly action: string;
  readonly target: Safe | null;
  readonly title: Safe;
  readonly danger: Danger;
  readonly state: RunState;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly step: number;
  readonly exitCode: number | null;
  readonly failure: Safe | null;
  /** What success looks like. */
  readonly success: Safe;
  readonly commands: readonly (readonly Safe[])[];
  readonly lines: readonly RunLine[];
  /** Lines before these. */
  readonly dropped: number;
}

const LINES_KEPT = 40;

export function recordedRun(
  run: Run,
  { startedAt, endedAt }: Pick<Ran, 'startedAt' | 'endedAt'>,
): RecordedRun {
  const { id, plan, state, step, exitCode, failure, lines, dropped } = run;
  const kept = lines.slice(-LINES_KEPT);
  return {
    id,
    action: plan.action,
    target: plan.target,
    title: plan.title,
    danger: plan.danger,
    state,
    startedAt,
    endedAt,
    step,
    exitCode,
    failure,
    success: plan.success.text,
    commands: commandsOf(plan.steps),
    lines: kept,
    dropped: dropped + lines.length - kept.length,
  };
}

/** The run again, to be looked at: its plan can be read, not performed. */
export function runOf(recorded: RecordedRun, { context, server, uid }: Diagnosis['cluster']): Run {
  const { id, state, startedAt, endedAt, step, exitCode, failure, lines, dropped } = recorded;
  const none = '' as Safe;
  const plan: Plan = {
    action: recorded.action,
    target: recorded.target,
    title: recorded.title,
    danger: recorded.danger,
    typedWord: null,
    cluster: { context, server, uid },
    steps: recorded.commands.map(command => ({
      kind: 'api',
      title: none,
      method: 'PATCH',
      path: none,
      contentType: '',
      body: null,
      command,
      deadlineMs: 0,
    })),
    effect: none,
    takes: none,
    expectedMs: 0,
    success: { layer: 'api', stableMs: 0, withinMs: 0, text: recorded.success },
    guards: [],
  };
  return {
    id,
    plan,
    state,
    startedAt,
    endedAt,
    step,
    exitCode,
    failure,
    overdue: false,
    lines,
    dropped,
    logFile: '',
  };
}
