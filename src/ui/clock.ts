import type { AppState } from '../store/app-state.ts';
import type { Timers } from '../store/feed.ts';
import { link } from '../store/select/link.ts';
import { isArmed } from '../store/select/remedies.ts';
import { bannerRun } from '../store/select/runs.ts';
import { isYoung } from '../store/select/young.ts';
import type { AppStore } from '../store/store.ts';
import { isActive } from '../store/updates.ts';

/** The one clock of the screen: ages, countdowns and the spinner all turn with it. */
export interface Clock {
  /** Changes whenever the screen should be drawn anew for the sake of time. */
  readonly tick: () => number;
  readonly subscribe: (listener: () => void) => () => void;
  readonly stop: () => void;
}

/** A message leaves the footer after this long. */
export const MESSAGE_MS = 6000;
const SPIN_MS = 500;
const LOOK_MS = 1000;

/**
 * Ticks twice a second while an action runs, each second while something has gone wrong lately, is armed or said, and once
 * a minute on a quiet screen, or not at all there when the mode has no clock. `now` is local epoch ms.
 */
export function screenClock(store: AppStore, now: () => number, timers: Timers): Clock {
  const listeners = new Set<() => void>();
  let count = 0;
  let last = keyOf(store.getState(), now());
  let cancel: () => void = () => {};

  const look = (): void => {
    dropMessage(store, now());
    const state = store.getState();
    const key = keyOf(state, now());
    if (key !== last) {
      last = key;
      count += 1;
      for (const listener of listeners) listener();
    }
    cancel = timers.after(isActive(bannerRun(state)) ? SPIN_MS : LOOK_MS, look);
  };
  cancel = timers.after(LOOK_MS, look);
  const undo = store.subscribe((state, before) => {
    if (isActive(state.runs.current) === isActive(before.runs.current)) return;
    cancel();
    cancel = timers.after(SPIN_MS, look);
  });
  return {
    tick: () => count,
    subscribe: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => {
      undo();
      cancel();
    },
  };
}

/** Names the moment as coarsely as the screen shows it now. */
function keyOf(state: AppState, now: number): string {
  // A recording has no now: what moves in it is what is played.
  if (state.mode.badge === 'REPLAY') return 'replay';
  const connection = link(state, now).kind;
  if (isActive(bannerRun(state)))
    return `${connection} ${Math.floor(now / (state.mode.taste?.still ? LOOK_MS : SPIN_MS))}`;
  const mustCount =
    isArmed(state, now) || state.view.message !== null || state.healing?.state === 'countdown';
  const diagnosis = state.world.model?.diagnosis;
  const isWorthCounting = connection !== 'live' || diagnosis === undefined || isYoung(diagnosis);
  if (mustCount || (isWorthCounting && state.mode.clock)) return `${connection} ${Math.floor(now / LOOK_MS)}`;
  return state.mode.clock ? `${connection} m${Math.floor(now / 60_000)}` : connection;
}

function dropMessage(store: AppStore, now: number): void {
  const { message } = store.getState().view;
  if (message === null || message.tone === 'bad' || now - message.at < MESSAGE_MS) return;
  store.setState(state => ({ ...state, view: { ...state.view, message: null } }));
}
