import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readOwn } from '../runs/files.ts';
import { files, readJournal } from '../runs/journal.ts';
import { lifeOfRun } from '../runs/life.ts';
import { secretsOf } from '../runs/secrets.ts';
import { openTail } from '../runs/tail.ts';
import { startedAt } from '../runs/to-run.ts';
import { exitCodes } from './exit-codes.ts';
import { linePrinter } from './run-lines.ts';

/** More than one reading can bring. */
const RING = 200_000;
const EVERY_MS = 200;

/** Prints the output of a run with times; with `isFollowing` until it has ended. */
export async function printLog(stateDir: string, id: string, isFollowing: boolean): Promise<number> {
  const first = await readJournal(stateDir, id);
  if (first === null) return exitCodes.actionFailed;
  const kubeconfig = await readOwn(join(first.dir, files.kubeconfig), 4_194_304);
  const secrets = kubeconfig === null ? [] : secretsOf(kubeconfig);
  const tail = openTail(first.dir, { startedAt: startedAt(first), secrets, ring: RING });
  const printNew = linePrinter(text => void process.stdout.write(`${text}\n`));
  let isClosed = false;
  process.stdout.once('error', () => {
    isClosed = true;
  });
  for (;;) {
    const life = await lifeOf(stateDir, id);
    const isOver = !isFollowing || life === 'ended';
    do {
      await tail.read(isOver ? 'end' : life === 'orphaned' ? 'rest' : 'marks');
      printNew({ lines: tail.lines(), dropped: tail.dropped() });
    } while (tail.isBehind() && !isClosed);
    if (isOver || isClosed) break;
    await delay(EVERY_MS);
  }
  await tail.close();
  return exitCodes.healthy;
}

/** `orphaned`: the tool goes on, but nobody writes down when it said what. */
async function lifeOf(stateDir: string, id: string): Promise<'ended' | 'orphaned' | 'supervised'> {
  const journal = await readJournal(stateDir, id);
  if (journal === null || journal.exit !== null || journal.outcome !== null) return 'ended';
  const { state } = await lifeOfRun(journal, Date.now());
  return state === 'lost' ? 'ended' : state;
}
