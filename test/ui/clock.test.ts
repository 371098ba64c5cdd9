import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AppState } from '../../src/store/app-state.ts';
import { realTimers } from '../../src/store/feed.ts';
import { createAppStore } from '../../src/store/store.ts';
import { screenClock } from '../../src/ui/clock.ts';
import { calm, cniGone, mode, NOW, repairing } from './fixtures/story.ts';

/** Ticks within so many seconds. The API server goes on answering unless told otherwise. */
function ticks(state: AppState, seconds: number, hear = true): number {
  const store = createAppStore({ ...state, world: { ...state.world, heardAt: Date.now() } });
  const clock = screenClock(store, () => Date.now(), realTimers);
  let count = 0;
  clock.subscribe(() => {
    count += 1;
  });
  for (let i = 0; i < seconds; i++) {
    vi.advanceTimersByTime(1000);
    if (hear) store.setState(now => ({ ...now, world: { ...now.world, heardAt: Date.now() } }));
  }
  clock.stop();
  expect(vi.getTimerCount()).toBe(0);
  return count;
}

describe('the clock of the screen', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('ticks once a minute on a quiet screen, and never there without a clock', () => {
    expect(ticks(calm, 180)).toBe(3);
    expect(ticks({ ...calm, mode: { ...mode, clock: false } }, 180)).toBe(0);
  });

  it('ticks each second while something is wrong', () => {
    expect(ticks(cniGone, 10)).toBe(10);
  });

  it('ticks once a minute when the latest of what is wrong began more than ten minutes ago', () => {
    const { model } = cniGone.world;
    if (model === null || model === undefined) throw new Error('the story has a model');
    const later = { ...model, diagnosis: { ...model.diagnosis, at: model.diagnosis.at + 30 * 60_000 } };
    expect(ticks({ ...cniGone, world: { ...cniGone.world, model: later } }, 180)).toBe(3);
  });

  it('ticks twice a second while an action runs', () => {
    expect(ticks(repairing, 10)).toBeGreaterThanOrEqual(19);
    expect(ticks(repairing, 10)).toBeLessThanOrEqual(20);
  });

  it('notices by itself that news is overdue', () => {
    expect(ticks(calm, 14, false)).toBe(0);
    expect(ticks(calm, 20, false)).toBeGreaterThan(3);
  });

  it('takes a message away after six seconds, but not a complaint', () => {
    const message = { text: mode.context, at: NOW, tone: 'plain' as const };
    for (const [tone, gone] of [
      ['plain', true],
      ['bad', false],
    ] as const) {
      vi.setSystemTime(NOW);
      const store = createAppStore({ ...calm, view: { ...calm.view, message: { ...message, tone } } });
      const clock = screenClock(store, () => Date.now(), realTimers);
      vi.advanceTimersByTime(8000);
      expect(store.getState().view.message === null).toBe(gone);
      clock.stop();
    }
  });
});
