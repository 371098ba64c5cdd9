import type { Run } from '../runs/run.ts';
import type { Safe } from '../text/safe.ts';
import type { AppState, Held, Model } from './app-state.ts';
import { sameModel, sameValue } from './equal.ts';
import { remember } from './history.ts';
import { memorise } from './moments.ts';
import { keepSelection } from './select/selection.ts';

/** What the world hands in: each part may be left out when it did not change. */
export interface Incoming {
  readonly model?: Model;
  readonly run?: Run | null;
  readonly pastRuns?: readonly Run[];
  readonly held?: Held | null;
}

/**
 * Puts news into the state. Returns the very same state when nothing that is shown changed. `wall` is the local clock
 * (epoch ms) at which the news was taken: with it, cluster time follows the snapshots, however fast that clock runs.
 */
export function receive(before: AppState, news: Incoming, wall?: number): AppState {
  const state =
    news.held === undefined || sameValue(news.held, before.held) ? before : { ...before, held: news.held };
  const seen = news.model === undefined ? state.world : withModel(state.world, news.model, wall);
  const runs = withRuns(state.runs, news);
  const world = withMemory(seen, runs);
  if (world === state.world && runs === state.runs) return state;
  const began = runs.current !== null && runs.current.id !== state.runs.current?.id && isActive(runs.current);
  if (!began) return keepSelection(state, { ...state, world, runs });
  const view = {
    ...state.view,
    tab: 'log' as const,
    detail: null,
    asOf: null,
    follow: true,
    pausedAt: null,
  };
  return { ...state, world, runs: { ...runs, chosen: null }, view };
}

/** True while a run may still change the cluster or waits to see its effect. */
export function isActive(run: Run | null): boolean {
  return run !== null && (run.state === 'planned' || run.state === 'running' || run.state === 'verifying');
}

/** Shows a sentence in place of the footer for some seconds. */
export function tell(state: AppState, text: Safe, at: number, tone: 'plain' | 'bad' = 'plain'): AppState {
  return { ...state, view: { ...state.view, message: { text, at, tone } } };
}

/** A skew that changes by less than this is the time it takes to hand news on. */
const SKEW_STEP_MS = 500;

function withModel(world: AppState['world'], model: Model, wall: number | undefined): AppState['world'] {
  const heardAt = model.snapshot.api.lastReplyAt;
  const takenAt = model.snapshot.now;
  const skew = takenAt === world.takenAt ? world.skew : skewOf(world, model, wall);
  const history = remember(world.history, model.diagnosis);
  const kept = sameModel(world.model, model) ? world.model : model;
  const isSame =
    kept === world.model &&
    heardAt === world.heardAt &&
    takenAt === world.takenAt &&
    skew === world.skew &&
    history === world.history;
  return isSame ? world : { ...world, model: kept, heardAt, takenAt, skew, history };
}

function withMemory(world: AppState['world'], { current, past }: AppState['runs']): AppState['world'] {
  const runs = current === null ? past : [...past, current];
  const memory = memorise(world.memory, world.model, runs, world.skew);
  return memory === world.memory ? world : { ...world, memory };
}

function skewOf(world: AppState['world'], { snapshot }: Model, wall: number | undefined): number {
  if (wall === undefined) return snapshot.api.clockSkew ?? 0;
  const fresh = snapshot.now - wall;
  return world.takenAt !== null && Math.abs(fresh - world.skew) < SKEW_STEP_MS ? world.skew : fresh;
}

function withRuns(runs: AppState['runs'], news: Incoming): AppState['runs'] {
  const current = news.run === undefined ? runs.current : news.run;
  const past = news.pastRuns ?? runs.past;
  if (current === runs.current && past === runs.past) return runs;
  const acknowledged = current?.id === runs.current?.id && runs.acknowledged && !isActive(current);
  return { ...runs, current, past, acknowledged };
}
