import type { AppState } from './app-state.ts';
import { type Change, emptyHistory, HISTORY_RING, type History, remember } from './history.ts';
import { type Gap, type Memory, MOMENTS_RING, type Moment, type Ran } from './moments.ts';

/** A watch that ended before this one began, as it was written down. */
export interface Earlier {
  readonly beganAt: number;
  readonly endedAt: number;
  readonly moments: readonly Moment[];
  readonly runs: readonly Ran[];
}

/** A shorter break is none: groundup was started anew. */
const BREAK = 90_000;

/** The state with what earlier watches saw, oldest first, before what this one did. Where nobody looked, gaps remain. At most `most` moments are kept. */
export function withEarlier(state: AppState, earlier: readonly Earlier[], most = MOMENTS_RING): AppState {
  const { history, memory } = state.world;
  const own = memory.moments[0]?.at ?? Number.POSITIVE_INFINITY;
  const before = earlier
    .map(one => ({
      ...one,
      moments: one.moments.filter(({ at }) => at < own),
      endedAt: Math.min(one.endedAt, own),
    }))
    .filter(({ moments }) => moments.length > 0);
  if (before.length === 0) return state;
  const gaps = gapsBetween(before, own);
  const told = before.reduce(
    (known, one) => one.moments.reduce(see, afterGap(known, gaps, one)),
    emptyHistory,
  );
  const mine = gaps.some(({ to }) => to === own) ? history.changes : history.changes.flatMap(goOn(told));
  const changes = [...told.changes, ...mine];
  const kept = changes.slice(-HISTORY_RING);
  const all: Memory = {
    moments: [...before.flatMap(({ moments }) => moments), ...memory.moments].slice(-most),
    gaps: [...gaps, ...memory.gaps],
    ran: [...memory.ran.filter(({ id }) => !isTold(before, id)), ...before.flatMap(({ runs }) => runs)],
  };
  return {
    ...state,
    world: {
      ...state.world,
      memory: all,
      history: { ...history, changes: kept, dropped: history.dropped + changes.length - kept.length },
    },
  };
}

function see(history: History, { at, picture }: Moment): History {
  return remember(history, { ...picture.diagnosis, at });
}

/** After a gap each layer is looked at for the first time again. */
function afterGap(history: History, gaps: readonly Gap[], { moments }: Earlier): History {
  return gaps.some(({ to }) => to === moments[0]?.at) ? { ...history, now: {} } : history;
}

/** A first look that follows on an earlier watch is a change from what that saw, or none. */
function goOn({ now }: History) {
  return (change: Change): readonly Change[] => {
    const before = now[change.layer];
    if (change.from !== null || before === undefined) return [change];
    return before === change.to ? [] : [{ ...change, from: before }];
  };
}

/** The times between watches in which nobody looked; `own`: when the next one begins. */
export function gapsBetween(all: readonly Earlier[], own: number): readonly Gap[] {
  return all.flatMap(({ endedAt }, i) => {
    const to = all[i + 1]?.moments[0]?.at ?? own;
    return Number.isFinite(to) && to - endedAt > BREAK ? [{ from: endedAt, to }] : [];
  });
}

function isTold(all: readonly Earlier[], id: string): boolean {
  return all.some(({ runs }) => runs.some(run => run.id === id));
}
