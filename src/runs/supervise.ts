import { lstat, rm, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { LeaseStore } from '../cluster/recovery-lease.ts';
import { commandsOf } from '../recovery/make-plan.ts';
import type { Plan, Step, ToolPin } from '../recovery/plan.ts';
import { failpoint } from './failpoint.ts';
import { isCode, readJson } from './files.ts';
import { holdLease } from './hold-lease.ts';
import { files, type RunExit, record, writeExit } from './journal.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import { releaseLock } from './lock.ts';
import { openLog, type RunLog } from './marks.ts';
import { type PerformApi, performStep, type StepEnd } from './perform.ts';
import { isPlan } from './plan-file.ts';
import { identityOf } from './process-identity.ts';
import { untilFolderGone } from './run-folder.ts';

export interface SuperviseOptions {
  readonly performApi: PerformApi;
  /** Where the lock of the cluster lies; without it only this machine knows of the run. */
  readonly lease?: (kubeconfig: string) => LeaseStore;
  readonly now?: () => number;
}

/**
 * The body of the hidden command that performs a run in a process and session of its own, so that it goes on when
 * the terminal is gone. `dir`: the run's directory, prepared by whoever started it. Writes `exit.json` at the end;
 * when it dies before that, the outcome of the run is unknown. Gives the exit code of the supervising process itself.
 */
export async function superviseRun(dir: string, options: SuperviseOptions): Promise<number> {
  const now = options.now ?? Date.now;
  const plan = await readJson(join(dir, files.plan));
  if (!isPlan(plan)) return 1;
  await record(dir, { event: 'supervisor', at: now(), process: await identityOf(process.pid) });
  failpoint('supervisor-up');
  const log = await openLog(dir, now);
  const stopping = listenForSignals();
  const store = options.lease?.(join(dir, files.kubeconfig));
  const lease = store === undefined ? null : await holdLease(plan, store, { dir, log, now });
  failpoint('lease-taken');
  const keeper = lease?.ok ? lease.keeper : null;
  try {
    return await superviseWith(
      plan,
      { dir, log, now, stopping, keeper, performApi: options.performApi, pins: plan.pins ?? [] },
      lease,
    );
  } finally {
    // Whatever went wrong here: who no longer works on the cluster must not keep its lock alive.
    keeper?.end();
  }
}

type Lease = Awaited<ReturnType<typeof holdLease>>;

async function superviseWith(plan: Plan, context: Context, lease: Lease | null): Promise<number> {
  const { dir, log, now, keeper } = context;
  const folder = untilFolderGone(dir);
  const exit = await Promise.race([
    lease?.ok === false
      ? notBegun(`the lock in the cluster: ${lease.why}`, now())
      : performAll(plan, context),
    folder.gone,
  ]);
  folder.end();
  if (exit === 'gone') {
    // What runs goes on: ending it would do more harm than leaving it alone. The cluster may be gone with the folder.
    await Promise.race([keeper?.release(), delay(2_000)]);
    process.exit(1);
  }
  await log.close();
  await cleanUp(dir);
  await insist(() => writeExit(dir, exit));
  failpoint('exit-written');
  await releaseLock(dirname(dirname(dir)), plan, basename(dir));
  failpoint('lease-unreleased');
  await keeper?.release(exit.reason === 'done' ? 'ended' : 'failed');
  return 0;
}

function notBegun(note: string, at: number): RunExit {
  return { at, step: 0, code: null, signal: null, reason: 'not-started', note };
}

interface Context {
  readonly dir: string;
  readonly log: RunLog;
  readonly now: () => number;
  readonly stopping: Stopping;
  readonly keeper: LeaseKeeper | null;
  readonly performApi: PerformApi;
  readonly pins: readonly ToolPin[];
}

async function performAll(plan: Plan, context: Context): Promise<RunExit> {
  const exit = await performInOrder(plan, context);
  if (exit.reason !== 'done') await takeBack(plan, exit, context);
  return exit;
}

/** What the first step did is taken back also when a later one failed; when nothing was done there is nothing to take back. */
async function takeBack(plan: Plan, { step: at, reason }: RunExit, context: Context): Promise<void> {
  const { dir, log, now } = context;
  if (at === 0 && reason !== 'gate' && reason !== 'unknown') return;
  for (const [index, step] of plan.steps.entries()) {
    if (index <= at || step.always !== true) continue;
    await record(dir, { event: 'step', at: now(), step: index }).catch(() => {});
    await log.note(`$ ${commandsOf([step])[0]?.join(' ') ?? ''}`);
    const result = await performOne(step, index, context);
    await record(dir, { event: 'exited', at: now(), step: index, code: result.code }).catch(() => {});
    await log.note(endText(result));
  }
}

async function performInOrder(plan: Plan, context: Context): Promise<RunExit> {
  const { dir, log, now } = context;
  const end = (step: number, rest: Omit<RunExit, 'at' | 'step'>): RunExit => ({ at: now(), step, ...rest });
  const stopped = {
    code: null,
    signal: null,
    reason: 'stopped',
    note: 'stopped before the next step',
  } as const;
  for (const [index, step] of plan.steps.entries()) {
    if (await isStopAsked(context)) return end(index, stopped);
    const lost = index === 0 ? null : await whyLeaseLost(context);
    if (lost !== null) return end(index - 1, { code: 0, signal: null, reason: 'gate', note: lost });
    const objection = await record(dir, { event: 'step', at: now(), step: index }).then(() => null, String);
    if (objection !== null)
      return end(index, { code: null, signal: null, reason: 'not-started', note: objection });
    await log.note(`$ ${commandsOf([step])[0]?.join(' ') ?? ''}`);
    const result = await performOne(step, index, context);
    await record(dir, { event: 'exited', at: now(), step: index, code: result.code }).catch(() => {});
    await log.note(endText(result));
    const asked = await isStopAsked(context);
    if (result.reason !== 'done') return end(index, asked ? { ...result, reason: 'stopped' } : result);
    const isLast = index === plan.steps.length - 1;
    if (isLast) return end(index, result);
    if (step.gate !== undefined) {
      await log.note(`waits for: ${step.gate.text}`);
      const refusal = await waitForGate(step.gate.withinMs, index, context);
      if (refusal !== null) return end(index, { code: 0, signal: null, reason: 'gate', note: refusal });
    }
  }
  return end(0, { code: null, signal: null, reason: 'not-started', note: 'the plan has no steps' });
}

/** Losing the lock never ends a tool, but the next step must not begin. */
async function whyLeaseLost({ keeper }: Context): Promise<string | null> {
  const standing = await keeper?.confirm();
  return standing?.state === 'lost' ? `the lock in the cluster is lost: ${standing.why}` : null;
}

function endText({ code, signal, note }: StepEnd): string {
  if (note !== null) return note;
  return signal === null ? `exit code ${code}` : `ended by ${signal}`;
}

/** Also a stop that was asked for while the process was just being started reaches it. */
function performOne(step: Step, index: number, context: Context): Promise<StepEnd> {
  const { dir, log, now, performApi, stopping, pins } = context;
  return performStep(step, {
    dir,
    pins,
    log,
    now,
    performApi,
    index,
    runId: basename(dir),
    onSpawned: signal => {
      stopping.onSignal(() => signal('SIGINT'));
      void readStop(dir).then(how => how !== null && how !== 'after-step' && signal('SIGINT'));
    },
  });
}

const GATE_POLL_MS = 200;
const GATE_SLACK_MS = 60_000;

/**
 * Waits until a groundup that watches the cluster opens the gate. Without one nothing goes on: this process sees
 * no cluster, and the next step must not stand on a guess. Null when the gate opened, else why not.
 */
async function waitForGate(withinMs: number, step: number, context: Context): Promise<string | null> {
  const { dir, now } = context;
  await record(dir, { event: 'gate', at: now(), step }).catch(() => {});
  const until = now() + withinMs + GATE_SLACK_MS;
  while (now() < until) {
    const answer = await readJson(join(dir, files.gate(step)));
    if (typeof answer === 'object' && answer !== null && 'open' in answer) {
      if (answer.open === true) return null;
      return 'why' in answer && typeof answer.why === 'string' ? answer.why : 'the layer did not recover';
    }
    if (await isStopAsked(context)) return 'stopped before the next step';
    await delay(GATE_POLL_MS);
  }
  return 'nobody watched whether the layer recovered, so the next step was not begun';
}

interface Stopping {
  readonly isAsked: () => boolean;
  readonly onSignal: (react: () => void) => void;
}

/** A hang-up is not for us. Being asked to end means: no further step, and the tool may end in order. */
function listenForSignals(): Stopping {
  let asked = false;
  let react = () => {};
  process.on('SIGHUP', () => {});
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      asked = true;
      react();
    });
  }
  return { isAsked: () => asked, onSignal: next => (react = next) };
}

async function isStopAsked({ dir, stopping }: Context): Promise<boolean> {
  return stopping.isAsked() || (await readStop(dir)) !== null;
}

async function readStop(dir: string): Promise<string | null> {
  const raw = await readJson(join(dir, files.stop));
  return typeof raw === 'object' && raw !== null && 'how' in raw ? String(raw.how) : null;
}

/** Tools that were killed leave decrypted values in their temporary directory. */
async function cleanUp(dir: string): Promise<void> {
  await rm(join(dir, files.tmp), { recursive: true, force: true }).catch(() => {});
  if (await lstat(join(dir, files.kubeconfig)).catch(() => null))
    await unlink(join(dir, files.kubeconfig)).catch(() => {});
}

/** The end must be written down even when the disk is full for a moment; a directory that was taken away is no place for it. */
async function insist(write: () => Promise<void>): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (attempt === 30 || isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return;
      await delay(1_000);
    }
  }
}
