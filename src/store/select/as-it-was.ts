import type { AppState, World } from '../app-state.ts';
import { axes } from '../app-state.ts';
import { momentAt } from '../moments.ts';
import { modelOf } from '../picture.ts';
import { clusterTime } from './chosen.ts';

/** Cluster time now; in a recording its last moment, for it has no other now. */
export function presentOf(state: AppState, now: number): number {
  return state.mode.badge === 'REPLAY' ? endOf(state.world) : clusterTime(state, now);
}

/** The last moment that is remembered; 0 when there is none. */
export function endOf({ memory }: World): number {
  return Math.max(0, memory.moments.at(-1)?.at ?? 0, ...memory.ran.map(run => run.endedAt ?? run.startedAt));
}

let remembered: { readonly from: AppState; readonly world: World } | null = null;

/**
 * The state as it was at the moment that is looked at, so that every pane draws the past as it draws the present; the
 * same state while nothing but the present is looked at. Objects, events and logs of containers are not remembered.
 */
export function asItWas(state: AppState): AppState {
  const { asOf } = state.view;
  if (asOf === null) return state;
  const world = worldAt(state, asOf);
  const { context, server } = world.model?.diagnosis.cluster ?? state.mode;
  return {
    ...state,
    world,
    mode: { ...state.mode, context, server },
    lock: { ...state.lock, armedUntil: null },
    held: null,
    runs: { ...state.runs, current: null, past: pastRuns(state) },
    reading: null,
    podLog: null,
  };
}

/** The time line in cluster time: the window that holds the moment looked at, and the length of a cell of `count`. */
export function windowOf(state: AppState, present: number, count: number) {
  const { asOf, axis } = state.view;
  const span = axes[axis] ?? axes[0];
  const isInside = asOf === null || asOf > present - span;
  const end = isInside ? present : Math.min(present, asOf + span / 2);
  return { start: end - span, end, cell: span / Math.max(1, count) };
}

function worldAt(state: AppState, asOf: number): World {
  const { world } = state;
  const from = remembered?.from;
  const isKnown =
    from?.world.memory === world.memory && from.world.history === world.history && from.view.asOf === asOf;
  if (isKnown && remembered !== null && remembered.world.skew === world.skew) return remembered.world;
  const moment = momentAt(world.memory, asOf);
  const model = moment === null ? null : modelOf(moment.picture, asOf);
  const made = { ...world, model, takenAt: asOf, heardAt: model?.snapshot.api.lastReplyAt ?? null };
  remembered = { from: state, world: made };
  return made;
}

function pastRuns({ runs }: AppState): AppState['runs']['past'] {
  const { current, past } = runs;
  return current === null ? past : [current, ...past.filter(({ id }) => id !== current.id)];
}
