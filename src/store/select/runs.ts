import type { Run } from '../../runs/run.ts';
import type { AppState } from '../app-state.ts';
import { isActive } from '../updates.ts';

/** The run whose log is shown: the chosen one, else the current one, else the newest of the past. */
export function shownRun(state: AppState): Run | null {
  const { chosen, opened } = state.runs;
  const all = allRuns(state);
  const run = (chosen === null ? undefined : all.find(one => one.id === chosen)) ?? all[0] ?? null;
  return run !== null && run.lines.length === 0 && opened?.id === run.id ? opened : run;
}

/** All known runs, newest first, each once. */
export function allRuns({ runs }: AppState): readonly Run[] {
  const { current, past } = runs;
  if (current === null) return past;
  return [current, ...past.filter(run => run.id !== current.id)];
}

/** The run that has the banner: active, or ended and not seen yet. */
export function bannerRun(state: AppState): Run | null {
  const { current, acknowledged } = state.runs;
  return current !== null && (isActive(current) || !acknowledged) ? current : null;
}

/** The folder with both logs of a run: `out.log` alone misses what tools write to standard error. '' for a recorded one. */
export function logFolder({ logFile }: Run): string {
  return logFile.replace(/\/[^/]*$/, '');
}
