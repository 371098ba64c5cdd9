import type { Run } from '../../runs/run.ts';
import type { AppState } from '../app-state.ts';
import { isActive } from '../updates.ts';

/** The run whose log is shown: the current one, else the newest of the past. */
export function shownRun(state: AppState): Run | null {
  return state.runs.current ?? state.runs.past[0] ?? null;
}

/** The run that has the banner: active, or ended and not seen yet. */
export function bannerRun(state: AppState): Run | null {
  const { current, acknowledged } = state.runs;
  return current !== null && (isActive(current) || !acknowledged) ? current : null;
}
