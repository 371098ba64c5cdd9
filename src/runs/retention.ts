import { rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { files, lastEvent, readJournal, runIds, runsDir } from './journal.ts';
import { lifeOf } from './process-identity.ts';

const RUNS_KEPT = 100;
const LOGS_KEPT_MS = 7 * 86_400_000;

/** Forgets old runs and the raw output of older ones; leaves alone whatever still runs. */
export async function retain(stateDir: string, now: number): Promise<void> {
  const ids = await runIds(stateDir);
  for (const [index, id] of ids.entries()) {
    const dir = join(runsDir(stateDir), id);
    const journal = await readJournal(stateDir, id);
    if (journal === null || !(await isOver(journal))) continue;
    await rm(join(dir, files.tmp), { recursive: true, force: true });
    await unlink(join(dir, files.kubeconfig)).catch(() => {});
    const startedAt = journal.events[0]?.at ?? now;
    if (ids.length - index > RUNS_KEPT) await rm(dir, { recursive: true, force: true });
    else if (now - startedAt > LOGS_KEPT_MS)
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
