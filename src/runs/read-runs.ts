import { readJournal, runIds } from './journal.ts';
import type { Run } from './run.ts';
import { openTail } from './tail.ts';
import { startedAt, toRun } from './to-run.ts';

/** All runs of this user on this machine, newest first, without their output and without judging open ones. */
export async function listRuns(stateDir: string): Promise<readonly Run[]> {
  const journals = await Promise.all((await runIds(stateDir)).map(id => readJournal(stateDir, id)));
  return journals.flatMap(journal => (journal === null ? [] : [toRun(journal, null)])).reverse();
}

/** One run with the newest part of its output; null when there is none of this id. `secrets`: values not to be shown. */
export async function readRun(
  stateDir: string,
  id: string,
  secrets: readonly string[] = [],
  ring?: number,
): Promise<Run | null> {
  const journal = await readJournal(stateDir, id);
  if (journal === null) return null;
  const tail = openTail(journal.dir, {
    startedAt: startedAt(journal),
    secrets,
    ...(ring === undefined ? {} : { ring }),
  });
  do await tail.read('end');
  while (tail.isBehind());
  const run = toRun(journal, tail);
  await tail.close();
  return run;
}
