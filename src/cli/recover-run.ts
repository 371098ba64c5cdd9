import type { Plan } from '../recovery/plan.ts';
import type { StopRung } from '../runs/journal.ts';
import type { Run } from '../runs/run.ts';
import { isActive } from '../store/updates.ts';
import { exitCodes } from './exit-codes.ts';
import { hasMore } from './has-more.ts';
import { nextChange } from './next-change.ts';
import { linePrinter } from './run-lines.ts';
import type { Session } from './session.ts';

/** Starts a plan and prints its log until the outcome is known. Null when it succeeded, else the exit code that says how it did not. */
export async function runToItsEnd(
  session: Session,
  plan: Plan,
  print: (text: string) => void,
): Promise<number | null> {
  const started = await session.runs.start(plan);
  if (!started.ok) {
    print(`\nNOT RUN   ${started.why}`);
    return exitCodes.actionFailed;
  }
  const { id } = started.run;
  print(`\nRUN       ${id}`);
  print(`          it goes on when this terminal is gone: groundup runs logs ${id} -f`);
  const stopListening = stopOnInterrupt(session, id, print);
  const run = await followed(session, id, plan, print);
  stopListening();
  return endOf(run, print);
}

/** Longer than everything that the plan allows itself. */
function patience({ steps, success }: Plan): number {
  const waits = steps.map(
    step => step.deadlineMs + (step.gate === undefined ? 0 : step.gate.withinMs + 60_000),
  );
  return waits.reduce((sum, ms) => sum + ms, success.withinMs + 120_000);
}

async function followed(
  session: Session,
  id: string,
  plan: Plan,
  print: (text: string) => void,
): Promise<Run | null> {
  const { runs } = session;
  const until = performance.now() + patience(plan);
  const printNew = linePrinter(print);
  let state = '';
  for (;;) {
    const current = runs.current();
    const run = current?.id === id ? current : (runs.past().find(one => one.id === id) ?? null);
    if (run !== null) printNew(run);
    if (run?.state === 'verifying' && state !== 'verifying') print(`VERIFYING ${plan.success.text}`);
    state = run?.state ?? state;
    if ((run !== null && !isActive(run)) || performance.now() > until) return run;
    await nextChange(session, 500);
  }
}

function endOf(run: Run | null, print: (text: string) => void): number | null {
  const why = run?.failure == null ? '' : `: ${run.failure}`;
  if (run === null || isActive(run)) {
    print('\nOUTCOME   not known yet: it still runs');
    return exitCodes.outcomeUnknown;
  }
  print(`\nOUTCOME   ${run.state}${why}`);
  if (run.state === 'succeeded') return null;
  print(`          the whole log: groundup runs logs ${run.id}`);
  return run.state === 'unknown' ? exitCodes.outcomeUnknown : exitCodes.actionFailed;
}

/** From mild to harsh; killing is left to `groundup runs stop`, since it leaves a Helm release locked. */
const rungs: readonly StopRung[] = ['after-step', 'interrupt', 'terminate'];

/** Each Ctrl-C asks one rung harder. */
function stopOnInterrupt({ runs }: Session, id: string, print: (text: string) => void): () => void {
  let rung = 0;
  const stop = async (): Promise<void> => {
    const run = runs.current();
    if (rung === 0 && !hasMore(run)) rung = 1;
    const how = rungs[Math.min(rung, rungs.length - 1)] ?? 'interrupt';
    const stopped = await runs.stop(id, how);
    if (stopped.ok) rung++;
    print(`STOP      ${how}: ${stopped.ok ? stopped.note : stopped.why}`);
    print('          Ctrl-C again asks harder; if this program is killed, the run goes on');
  };
  const listener = (): void => void stop();
  process.on('SIGINT', listener);
  return () => process.off('SIGINT', listener);
}
