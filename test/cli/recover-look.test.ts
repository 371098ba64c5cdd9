import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { untilRipe } from '../../src/cli/recover-look.ts';
import type { Session } from '../../src/cli/session.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** What a session says of its root: a problem that began so long ago, and whether logs were read since. */
function session(problem: string | null, sinceMs: number | null) {
  const began = Date.now();
  let read = 0;
  const look = {
    model: () => ({
      diagnosis: {
        at: Date.now(),
        root: problem === null ? null : { problem, since: sinceMs === null ? null : began - sinceMs },
      },
    }),
    readLogs: async () => void read++,
  } as unknown as Session;
  return { look, read: () => read };
}

test.each([
  ['a crash loop', 'crashing', 1_000, 0],
  ['nothing at all', null, null, 0],
  ['a cause whose beginning is not known', 'not-ready', null, 0],
  ['pods that have not been ready for long', 'not-ready', 25_000, 0],
  ['pods that have just begun', 'not-ready', 5_000, 15_000],
])(
  'before a cause is acted upon, it is waited until it is no longer young: %s',
  async (_, problem, age, waits) => {
    const { look, read } = session(problem, age);
    const said: string[] = [];
    let isOver = false;
    const waiting = untilRipe(look, text => said.push(text)).then(() => {
      isOver = true;
    });
    await vi.advanceTimersByTimeAsync(Math.max(0, waits - 500));
    expect(isOver).toBe(waits === 0);
    await vi.advanceTimersByTimeAsync(1_000);
    await waiting;
    expect(said).toEqual(
      waits === 0 ? [] : ['waiting   the cause is younger than 20 s and may still unfold'],
    );
    expect(read()).toBe(waits === 0 ? 0 : 1);
  },
);
