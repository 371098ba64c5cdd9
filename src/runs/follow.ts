import { dirname, join } from 'node:path';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Plan } from '../recovery/plan.ts';
import { audit } from './audit.ts';
import { failpoint } from './failpoint.ts';
import { failureText } from './failure.ts';
import { writeDurable, writeOnce } from './files.ts';
import { files, type Journal, lastEvent, type RunExit, type RunOutcome, readJournal } from './journal.ts';
import { lifeOfRun } from './life.ts';
import { releaseLock } from './lock.ts';
import type { Run } from './run.ts';
import { openTail, type Tail } from './tail.ts';
import { startedAt, toRun } from './to-run.ts';
import {
  beginVerification,
  isSeenUnmet,
  seenIn,
  type Verification,
  type Verified,
  verify,
} from './verify.ts';

/** What the one who follows a run needs to know of the world. */
export interface Watching {
  readonly stateDir: string;
  readonly now: () => number;
  readonly observe: () => Diagnosis | null;
  /** Server clock minus local clock, ms. */
  readonly skew: () => number;
  readonly secrets: readonly string[];
  /** Leaves word of the end in the cluster. */
  readonly announce?: ((plan: Plan, outcome: RunOutcome) => void) | undefined;
}

export interface Follower {
  readonly run: () => Run;
  /** Looks once; true when something changed. */
  readonly look: () => Promise<boolean>;
  readonly isOver: () => boolean;
  readonly close: () => Promise<void>;
}

/** Follows one run from its files until its outcome is known: output, exit, then what the watch sees. */
export function follow(first: Journal, watching: Watching): Follower {
  const tail = openTail(first.dir, { startedAt: startedAt(first), secrets: watching.secrets });
  const judge = judging(watching);
  let run = toRun(first, tail);

  const look = async (): Promise<boolean> => {
    let journal = (await readJournal(watching.stateDir, first.id)) ?? first;
    const over = journal.exit !== null || journal.outcome !== null;
    const life = over ? null : await lifeOfRun(journal, watching.now());
    const isLast = over || life?.state === 'lost';
    do await tail.read(isLast ? 'end' : life?.state === 'orphaned' ? 'rest' : 'marks');
    while (isLast && tail.isBehind());
    if (journal.outcome === null) {
      const outcome = await judge(journal, life, tail);
      if (outcome !== null) journal = await settle(journal, outcome, watching);
    }
    const next = toRun(journal, tail);
    const changed = !isSame(run, next);
    run = next;
    return changed;
  };
  return { run: () => run, look, isOver: () => run.endedAt !== null, close: tail.close };
}

type Outcome = Omit<RunOutcome, 'at'>;

/** Remembers between looks what is being waited for; gives the outcome once it is known. */
function judging({ stateDir, now, observe, skew }: Watching) {
  let end: Verification | null = null;
  let wasUnmet = false;
  let gate: { readonly step: number; readonly state: Verification } | null = null;
  const unmetGates = new Set<number>();
  /** A gate that was seen closed since the run began opens by news, and need not wait until everything is confirmed anew. */
  const rememberGates = (journal: Journal): void => {
    for (const [step, { gate: rule }] of journal.plan.steps.entries())
      if (rule !== undefined && isSeenUnmet(rule, journal.plan, observe(), startedAt(journal), skew()))
        unmetGates.add(step);
  };
  const look = (journal: Journal, state: Verification): Verified =>
    verify(state, journal.plan, observe(), now(), skew());

  const verifyEnd = (journal: Journal, exit: RunExit): Outcome | null => {
    const result = look(journal, end ?? beginVerification(journal.plan.success, exit.at, now(), wasUnmet));
    if (result.done === false) {
      end = result.next;
      failpoint('verifying');
      return null;
    }
    return { state: result.done, failure: result.done === 'succeeded' ? null : result.why };
  };
  const watchGate = async (journal: Journal): Promise<void> => {
    const waiting = journal.events.at(-1);
    const rule = waiting?.event === 'gate' ? journal.plan.steps[waiting.step]?.gate : undefined;
    if (waiting?.event !== 'gate' || rule === undefined) return;
    const state =
      gate?.step === waiting.step
        ? gate.state
        : beginVerification(rule, waiting.at, now(), unmetGates.has(waiting.step));
    const result = look(journal, state);
    if (result.done === false) gate = { step: waiting.step, state: result.next };
    else {
      const answer = result.done === 'succeeded' ? { open: true } : { open: false, why: result.why };
      await writeDurable(join(journal.dir, files.gate(waiting.step)), JSON.stringify(answer));
    }
  };

  return async (
    journal: Journal,
    life: Awaited<ReturnType<typeof lifeOfRun>> | null,
    tail: Tail,
  ): Promise<Outcome | null> => {
    if (journal.exit !== null) return endOf(journal.exit, tail, now()) ?? verifyEnd(journal, journal.exit);
    if (life?.state !== 'lost') {
      wasUnmet ||= isSeenUnmet(journal.plan.success, journal.plan, observe(), startedAt(journal), skew());
      rememberGates(journal);
      await watchGate(journal);
      return null;
    }
    // The end may have been written between the two looks.
    const again = await readJournal(stateDir, journal.id);
    if (again === null || again.exit !== null) return null;
    const exit = exitFromEvents(again);
    if (exit !== null) return endOf(exit, tail, now()) ?? verifyEnd(again, exit);
    if (lastEvent(again.events, 'supervisor') === null && !(await forbidLateStart(again, now()))) return null;
    return { state: life.outcome, failure: life.text };
  };
}

/**
 * A supervisor that was only slow must not begin after its run was given up. It looks for the stop after it has written
 * its first line, and we look for that line after we have written the stop: one of the two sees the other.
 */
async function forbidLateStart(journal: Journal, now: number): Promise<boolean> {
  await writeDurable(join(journal.dir, files.stop), JSON.stringify({ how: 'after-step', at: now }));
  const again = await readJournal(dirname(dirname(journal.dir)), journal.id);
  return again !== null && lastEvent(again.events, 'supervisor') === null;
}

/** A supervisor that died after it had written down how the tool ended, but before the rest. */
function exitFromEvents({ events, plan }: Journal): RunExit | null {
  // After a failure only what takes back is run: how that ended says nothing about the whole.
  const failed = events.find(one => one.event === 'exited' && one.code !== 0);
  const exited = failed?.event === 'exited' ? failed : lastEvent(events, 'exited');
  if (exited === null) return null;
  if (failed === undefined && lastEvent(events, 'step')?.step !== exited.step) return null;
  const isLast = exited.step === plan.steps.length - 1;
  const ended = { at: exited.at, step: exited.step, code: exited.code, signal: null };
  if (exited.code !== 0) return { ...ended, reason: 'failed', note: null };
  if (isLast) return { ...ended, reason: 'done', note: null };
  return { ...ended, reason: 'gate', note: 'its supervisor ended between two steps' };
}

/** A run that nobody looked at for so long is not verified any more: what is seen now has other reasons. */
const VERIFIABLE_MS = 3_600_000;

/** The outcome, if the end of the process already says it; null when the cluster must be looked at. */
function endOf(exit: RunExit, tail: Tail, now: number): Outcome | null {
  switch (exit.reason) {
    case 'done':
      return now - exit.at > VERIFIABLE_MS
        ? { state: 'unknown', failure: 'it ended well, but nobody watched the cluster then' }
        : null;
    case 'stopped':
      return { state: 'cancelled', failure: failureText(exit, tail.lines()) };
    case 'unknown':
      return { state: 'unknown', failure: exit.note ?? 'no answer came: it may have happened or not' };
    default:
      return { state: 'failed', failure: failureText(exit, tail.lines()) };
  }
}

/**
 * Writes the outcome down, once: of several that follow the same run the first decides. On a full disk it is known here
 * at least. Gives the journal with its outcome.
 */
async function settle(journal: Journal, outcome: Outcome, watching: Watching): Promise<Journal> {
  const { stateDir, now, observe } = watching;
  const settled: RunOutcome = { at: now(), ...outcome };
  try {
    if (await writeOnce(join(journal.dir, files.outcome), JSON.stringify(settled))) {
      failpoint('closing');
      await releaseLock(stateDir, journal.plan, journal.id);
      const { state, failure } = outcome;
      const { id: run, plan } = journal;
      await audit(stateDir, {
        at: now(),
        event: 'ended',
        run,
        plan,
        detail: failure === null ? state : `${state}: ${failure}`,
        outcome: state,
        durationMs: now() - startedAt(journal),
        after: seenIn(observe(), plan),
      });
      watching.announce?.(plan, settled);
    }
  } catch {
    return { ...journal, outcome: settled };
  }
  const written = await readJournal(stateDir, journal.id);
  return written?.outcome ? written : { ...journal, outcome: settled };
}

function isSame(a: Run, b: Run): boolean {
  return (Object.keys(a) as (keyof Run)[]).every(key => key === 'plan' || a[key] === b[key]);
}
