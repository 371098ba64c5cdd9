import { lstat, readdir, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { files, lastEvent, readJournal, runIds, runsDir } from './journal.ts';
import { lifeOf } from './process-identity.ts';
import { timeOfRun } from './run-id.ts';

/** How much is kept: so many runs, and their raw output for so long after they were made. */
export interface Keep {
  readonly runs: number;
  readonly logsMs: number;
}

/** The raw output of all runs together: a tool that will not stop may write 64 MiB in each. */
const MOST_BYTES = 200 * 1024 * 1024;
const raw = [files.out, files.err, files.marks, files.saved];

const usual: Keep = { runs: 100, logsMs: 7 * 86_400_000 };

/**
 * Forgets old runs and the raw output of older ones; leaves alone whatever still runs. Of output that is too much
 * together the newest is kept. `mostBytes`: of all raw output. Only of runs that something would be taken from the
 * journal is read (`read`), for this is done before every action.
 */
export async function retain(
  stateDir: string,
  now: number,
  keep: Keep = usual,
  mostBytes = MOST_BYTES,
  read: typeof readJournal = readJournal,
): Promise<void> {
  const newestFirst = [...(await runIds(stateDir))].reverse();
  let bytes = 0;
  for (const [index, id] of newestFirst.entries()) {
    const dir = join(runsDir(stateDir), id);
    const names: readonly string[] = await readdir(dir).catch(() => []);
    const logs = raw.filter(name => names.includes(name));
    bytes += await sizeOf(dir, logs);
    const isForgotten = index >= keep.runs;
    const isSilenced = logs.length > 0 && (now - timeOfRun(id) > keep.logsMs || bytes > mostBytes);
    const isLittered = names.includes(files.tmp) || names.includes(files.kubeconfig);
    if (!isForgotten && !isSilenced && !isLittered) continue;
    const journal = await read(stateDir, id);
    if (journal === null || !(await isOver(journal))) continue;
    await rm(join(dir, files.tmp), { recursive: true, force: true });
    await unlink(join(dir, files.kubeconfig)).catch(() => {});
    if (isForgotten) await rm(dir, { recursive: true, force: true });
    else if (isSilenced) await Promise.all(logs.map(name => rm(join(dir, name), { force: true })));
  }
}

async function sizeOf(dir: string, names: readonly string[]): Promise<number> {
  const sizes = names.map(name =>
    lstat(join(dir, name)).then(
      found => found.size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function isOver(journal: NonNullable<Awaited<ReturnType<typeof readJournal>>>): Promise<boolean> {
  if (journal.exit !== null) return true;
  if (journal.outcome === null) return false;
  const spawned = lastEvent(journal.events, 'spawned');
  return spawned === null || (await lifeOf(spawned.process)) !== 'alive';
}
