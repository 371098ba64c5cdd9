import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { initialState } from '../../src/store/app-state.ts';
import { feed, type Timers } from '../../src/store/feed.ts';
import { createAppStore } from '../../src/store/store.ts';
import type { Incoming } from '../../src/store/updates.ts';
import { broken, healthy, mode, modelOf, NOW, remedyOf } from '../ui/fixtures/story.ts';

const timers: Timers = {
  now: () => Date.now(),
  wall: () => Date.now(),
  after: (ms, task) => {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
};

function setUp() {
  const listeners = new Set<() => void>();
  const source = {
    onChange: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const store = createAppStore(initialState(mode));
  const compute = vi.fn<() => Incoming>(() => ({ model: modelOf(healthy) }));
  const drawn = vi.fn();
  store.subscribe(drawn);
  const stop = feed(store, source, compute, timers);
  return {
    store,
    compute,
    drawn,
    stop,
    listeners,
    change: () => {
      for (const listener of [...listeners]) listener();
    },
  };
}

describe('the feed', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('copies the first news at once', () => {
    const { store, change } = setUp();
    change();
    expect(store.getState().world.model?.diagnosis.verdict).toBe('healthy');
  });

  it('computes at most four times a second under a flood', () => {
    const { compute, change } = setUp();
    for (let i = 0; i < 1000; i++) {
      change();
      vi.advanceTimersByTime(2);
    }
    expect(compute.mock.calls.length).toBeLessThanOrEqual(9);
    expect(compute.mock.calls.length).toBeGreaterThanOrEqual(8);
  });

  it('takes its time when a change is dear to judge, and never longer than three quarters of a second', () => {
    const { compute, change } = setUp();
    for (const [cost, times] of [
      [10, 5],
      [100, 3],
    ] as const) {
      compute.mockImplementation(() => {
        vi.setSystemTime(Date.now() + cost);
        return { model: modelOf(healthy) };
      });
      compute.mockClear();
      const until = Date.now() + 2_000;
      while (Date.now() < until) {
        change();
        vi.advanceTimersByTime(2);
      }
      expect(Math.abs(compute.mock.calls.length - times), `${cost} ms`).toBeLessThanOrEqual(1);
    }
  });

  it('never loses the last change', () => {
    const { store, compute, change } = setUp();
    change();
    compute.mockReturnValue({ model: modelOf(broken) });
    change();
    expect(store.getState().world.model?.diagnosis.verdict).toBe('healthy');
    vi.advanceTimersByTime(250);
    expect(store.getState().world.model?.diagnosis.verdict).toBe('down');
  });

  it('does not touch the store when the news is the same', () => {
    const { compute, drawn, change } = setUp();
    const model = modelOf(healthy);
    compute.mockImplementation(() => ({
      model: {
        ...model,
        diagnosis: {
          ...healthy,
          at: Date.now(),
          layers: healthy.layers.map(view => ({ ...view, confirmedAt: Date.now() })),
        },
      },
    }));
    for (let i = 0; i < 10; i++) {
      change();
      vi.advanceTimersByTime(1000);
    }
    expect(drawn).toHaveBeenCalledTimes(1);
  });

  it('keeps the model and moves only the time of the last reply when that alone is new', () => {
    const { store, compute, change } = setUp();
    const model = modelOf(healthy);
    compute.mockReturnValue({ model });
    change();
    const before = store.getState().world.model;
    const api = { ...model.snapshot.api, lastReplyAt: NOW + 10_000 };
    compute.mockReturnValue({ model: { ...model, snapshot: { ...model.snapshot, api } } });
    vi.advanceTimersByTime(250);
    change();
    expect(store.getState().world.model).toBe(before);
    expect(store.getState().world.heardAt).toBe(NOW + 10_000);
  });

  it('notices a new remedy', () => {
    const { store, compute, change } = setUp();
    const model = modelOf(broken);
    compute.mockReturnValue({ model });
    change();
    compute.mockReturnValue({ model: { ...model, fix: remedyOf() } });
    vi.advanceTimersByTime(250);
    change();
    expect(store.getState().world.model?.fix?.action).toBe('sync-release');
  });

  it('follows the clock of the cluster, also one that runs faster than ours', () => {
    const { store, compute, change } = setUp();
    const model = modelOf(healthy);
    for (const seconds of [0, 1, 2, 3]) {
      const now = NOW + 3_600_000 + seconds * 20_000;
      compute.mockReturnValue({ model: { ...model, snapshot: { ...model.snapshot, now } } });
      change();
      expect(store.getState().world.skew).toBe(3_600_000 + seconds * 19_000);
      vi.advanceTimersByTime(1000);
    }
  });

  it('stops listening and leaves no timer', () => {
    const { stop, change, listeners, compute } = setUp();
    change();
    change();
    stop();
    vi.advanceTimersByTime(1000);
    expect(compute).toHaveBeenCalledTimes(1);
    expect(listeners.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
