import { rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { files, lastEvent, readJournal, runIds, runsDir } from './journal.ts';
import { lifeOf } from './process-identity.ts';

/** How much is kept: so many runs, and their raw output for so long. */
export interface Keep {
  readonly runs: number;
  readonly logsMs: number;
}

const usual: Keep = { runs: 100, logsMs: 7 * 86_400_000 };

/** Forgets old runs and the raw output of older ones; leaves alone whatever still runs. */
export async function retain(stateDir: string, now: number, keep: Keep = usual): Promise<void> {
  const ids = await runIds(stateDir);
  for (const [index, id] of ids.entries()) {
    const dir = join(runsDir(stateDir), id);
    const journal = await readJournal(stateDir, id);
    if (journal === null || !(await isOver(journal))) continue;
    await rm(join(dir, files.tmp), { recursive: true, force: true });
    await unlink(join(dir, files.kubeconfig)).catch(() => {});
    const startedAt = journal.events[0]?.at ?? now;
    if (ids.length - index > keep.runs) await rm(dir, { recursive: true, force: true });
    else if (now - startedAt > keep.logsMs)
      await Promise.all(
        [files.out, files.err, files.marks, files.saved].map(name => rm(join(dir, name), { force: true })),
      );
  }
}

async function isOver(journal: NonNullable<Awaited<ReturnType<typeof readJournal>>>): Promise<boolean> {
  if (journal.exit !== null) return true;
  if (journal.outcome === null) return false;
  const spawned = lastEvent(journal.events, 'spawned');
  return spawned === null || (await lifeOf(spawned.process)) !== 'alive';
}
