import type { Watched } from '../recorder/record.ts';
import { type AppState, axes, initialState } from '../store/app-state.ts';
import { withEarlier } from '../store/earlier.ts';
import { goTo } from '../store/intents/travel.ts';
import { runOf } from '../store/recorded-run.ts';
import { endOf } from '../store/select/as-it-was.ts';
import { field } from '../text/field.ts';
import type { Safe } from '../text/safe.ts';
import { version } from './version.ts';

/** The state of a monitor that shows a recording, at its first moment. At least one of the watches has one. */
export function replayState(watched: readonly Watched[]): AppState {
  const { context, server } = watched.at(-1)?.cluster ?? { context: '' as Safe, server: '' as Safe };
  const blank = initialState({
    badge: 'REPLAY',
    readOnly: true,
    context,
    server,
    contexts: [context],
    faults: [],
    version: field(version),
    clock: false,
  });
  const state = withEarlier(blank, watched, Number.POSITIVE_INFINITY);
  const past = watched
    .flatMap(({ runs, cluster }) => runs.map(run => runOf(run, cluster)))
    .toSorted((a, b) => b.startedAt - a.startedAt);
  const first = state.world.memory.moments[0]?.at ?? 0;
  const length = endOf(state.world) - first;
  const axis = Math.max(
    0,
    axes.findLastIndex(span => span >= length),
  );
  const shown: AppState = {
    ...state,
    runs: { ...state.runs, past },
    view: { ...state.view, tab: 'history', focus: 'side', axis },
  };
  return goTo(shown, first, endOf(state.world));
}
