import { type Journal, type RunEvent, readJournal, runIds } from '../runs/journal.ts';
import { lifeOfRun } from '../runs/life.ts';
import type { Run } from '../runs/run.ts';
import { toRun } from '../runs/to-run.ts';

/** A run with what can be said about it without looking at the cluster. */
export interface JudgedRun {
  readonly run: Run;
  readonly events: readonly RunEvent[];
  /** How it stands, in words: also `lost` and `orphaned`, which only its processes tell. */
  readonly standing: string;
}

/** All runs, newest first. */
export async function judgedRuns(stateDir: string): Promise<readonly JudgedRun[]> {
  const found = await Promise.all((await runIds(stateDir)).map(id => judgedRun(stateDir, id)));
  return found.filter(one => one !== null).reverse();
}

/** Null when its journal cannot be read. */
export async function judgedRun(stateDir: string, id: string): Promise<JudgedRun | null> {
  const journal = await readJournal(stateDir, id);
  if (journal === null) return null;
  return { run: toRun(journal, null), events: journal.events, standing: await standingOf(journal) };
}

async function standingOf(journal: Journal): Promise<string> {
  const { state } = toRun(journal, null);
  if (journal.outcome !== null) return state;
  if (journal.exit !== null) return 'ended, not verified yet: open groundup';
  const life = await lifeOfRun(journal, Date.now());
  if (life.state === 'lost') return `${life.outcome}: ${life.text}`;
  return life.state === 'orphaned' ? 'running, but nobody writes down how it ends' : state;
}
