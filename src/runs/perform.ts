import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Step, ToolPin } from '../recovery/plan.ts';
import { type Captured, captureOutput } from './captured-output.ts';
import { failpoint } from './failpoint.ts';
import { files, record } from './journal.ts';
import type { RunLog } from './marks.ts';
import { whyChanged } from './pin-tools.ts';
import { identityOf } from './process-identity.ts';

/** Performs a change through the API. `unknown`: no answer came, so it may have happened. */
export type PerformApi = (
  step: Extract<Step, { kind: 'api' }>,
  context: { readonly kubeconfig: string; readonly runId: string; readonly signal: AbortSignal },
) => Promise<
  | { readonly ok: true; readonly note: string }
  | { readonly ok: false; readonly unknown: boolean; readonly why: string }
>;

export interface StepEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly reason: 'done' | 'failed' | 'not-started' | 'unknown';
  readonly note: string | null;
}

export interface Performing {
  readonly dir: string;
  readonly runId: string;
  readonly index: number;
  /** What the files were when the plan was confirmed. */
  readonly pins: readonly ToolPin[];
  readonly log: RunLog;
  readonly performApi: PerformApi;
  readonly now: () => number;
  /** Given the means to signal the process as soon as there is one. */
  readonly onSpawned: (signal: (name: NodeJS.Signals) => void) => void;
}

/** Does one step and waits for its end. The one place where a plan becomes a deed. */
export function performStep(step: Step, performing: Performing): Promise<StepEnd> {
  switch (step.kind) {
    case 'tool':
      return runTool(step, performing);
    case 'api':
      return callApi(step, performing);
  }
}

/**
 * The tool gets a session of its own, no standard input, and the log files themselves as output. Its end is its exit,
 * not the closing of its output, which a child of its own may keep open. Past the deadline it is reported, never killed:
 * a killed helm leaves its release locked.
 */
async function runTool(step: Extract<Step, { kind: 'tool' }>, performing: Performing): Promise<StepEnd> {
  const { dir, index, log, now } = performing;
  if (step.path === undefined) return notStarted(`${step.tool} was not found`);
  const changed = await whyChanged(performing.pins, step);
  if (changed !== null) return notStarted(changed);
  let captured: Captured | null;
  try {
    captured = step.output === undefined ? null : await captureOutput(dir, step.output);
  } catch (error) {
    return notStarted(`its output cannot be kept: ${error instanceof Error ? error.message : error}`);
  }
  const child = spawn(step.path, [...step.args], {
    cwd: step.inRunFolder === true ? join(dir, files.tmp) : step.cwd,
    detached: true,
    stdio: ['ignore', captured?.fd ?? log.out, log.err],
    env: {
      ...process.env,
      ...step.env,
      KUBECONFIG: join(dir, files.kubeconfig),
      TMPDIR: join(dir, files.tmp),
      GROUNDUP_RUN: performing.runId,
    },
  });
  const ended = new Promise<StepEnd>(resolve => {
    child.once('error', error => resolve(notStarted(`${step.tool} could not be started: ${error.message}`)));
    child.once('exit', (code, signal) =>
      resolve({ code, signal, reason: code === 0 ? 'done' : 'failed', note: null }),
    );
  });
  if (child.pid === undefined) {
    await captured?.check(false);
    return ended;
  }
  performing.onSpawned(name => child.kill(name));
  failpoint('spawned-unrecorded');
  const identity = await identityOf(child.pid);
  // Now it runs, and a full disk must not make us leave it.
  await record(dir, { event: 'spawned', at: now(), step: index, process: identity }).catch(() => {});
  failpoint('running');
  const undo = atDeadline(step, performing, name => child.kill(name));
  const end = await ended;
  undo();
  failpoint('child-exited');
  const flaw = await captured?.check(end.reason === 'done').catch(String);
  return flaw == null ? end : { ...end, code: null, reason: 'failed', note: flaw };
}

const PATIENCE_MS = 10_000;

/** Past its deadline a tool is reported; only one that holds no lock in the cluster is asked to end, and then told to. */
function atDeadline(
  { deadlineMs, endsAtDeadline }: Extract<Step, { kind: 'tool' }>,
  { dir, index, log, now }: Performing,
  signal: (name: NodeJS.Signals) => void,
): () => void {
  const seconds = Math.round(deadlineMs / 1000);
  let harder: NodeJS.Timeout | undefined;
  const timer = setTimeout(() => {
    void record(dir, { event: 'overdue', at: now(), step: index }).catch(() => {});
    void log.note(
      `takes longer than ${seconds} s; ${endsAtDeadline === true ? 'it is asked to end' : 'it is not stopped by itself'}`,
    );
    if (endsAtDeadline !== true) return;
    signal('SIGINT');
    harder = setTimeout(signal, PATIENCE_MS, 'SIGTERM');
  }, deadlineMs);
  return () => {
    clearTimeout(timer);
    clearTimeout(harder);
  };
}

async function callApi(step: Extract<Step, { kind: 'api' }>, performing: Performing): Promise<StepEnd> {
  const result = await performing.performApi(step, {
    kubeconfig: join(performing.dir, files.kubeconfig),
    runId: performing.runId,
    signal: AbortSignal.timeout(step.deadlineMs),
  });
  if (result.ok) {
    await performing.log.note(result.note);
    return { code: 0, signal: null, reason: 'done', note: null };
  }
  return { code: null, signal: null, reason: result.unknown ? 'unknown' : 'failed', note: result.why };
}

function notStarted(note: string): StepEnd {
  return { code: null, signal: null, reason: 'not-started', note };
}
