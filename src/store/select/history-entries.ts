import type { HealNote } from '../../runs/heal-notes.ts';
import type { Run } from '../../runs/run.ts';
import type { AppState } from '../app-state.ts';
import type { Change } from '../history.ts';
import { allRuns } from './runs.ts';

/** A change of a verdict, an action, or a word of self-healing, at its cluster time (epoch ms). */
export type HistoryEntry = { readonly at: number } & (
  | { readonly change: Change }
  | { readonly run: Run }
  | { readonly note: HealNote }
);

/** What happened, newest first. The first look at a healthy layer is no news. */
export function historyEntries(state: AppState): readonly HistoryEntry[] {
  const changes = state.world.history.changes.filter(({ from, to }) => from !== null || to !== 'healthy');
  return [
    ...changes.map(change => ({ at: change.at, change })),
    ...(state.healNotes ?? []).map(note => ({ at: note.at, note })),
    ...allRuns(state).map(run => ({ at: ranAt(state, run), run })),
  ].toSorted((a, b) => b.at - a.at);
}

/** When a run ended, else began, on the cluster's clock: as it was when that was heard of, for the clocks may drift apart. */
function ranAt({ world }: AppState, { id, startedAt, endedAt }: Run): number {
  const ran = world.memory.ran.find(one => one.id === id);
  return ran?.endedAt ?? ran?.startedAt ?? (endedAt ?? startedAt) + world.skew;
}
