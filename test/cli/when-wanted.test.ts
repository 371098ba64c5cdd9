import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { whenWanted } from '../../src/cli/when-wanted.ts';
import type { AppState } from '../../src/store/app-state.ts';
import { createAppStore } from '../../src/store/store.ts';
import { armed, calm, cniGone } from '../ui/fixtures/story.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Whether it is wanted at once, given what the screen shows. */
async function isWantedWith(first: AppState, then: AppState = first, afterMs = 0): Promise<boolean> {
  const store = createAppStore(first);
  const { wanted, close } = whenWanted(store, 10_000);
  let isWanted = false;
  void wanted.then(() => {
    isWanted = true;
  });
  store.setState(then);
  await vi.advanceTimersByTimeAsync(afterMs);
  const said = isWanted;
  close();
  expect(vi.getTimerCount()).toBe(0);
  return said;
}

const components: AppState = { ...calm, view: { ...calm.view, tab: 'components' } };

test.each<[string, AppState, AppState, boolean]>([
  ['not while all is well', calm, calm, false],
  ['once something is broken', calm, cniGone, true],
  ['at once where something is broken already', cniGone, cniGone, true],
  ['once the lock is open', calm, armed, true],
  ['once the components are looked at', calm, components, true],
])('the workstation matters: %s', async (_, first, then, isWanted) => {
  expect(await isWantedWith(first, then)).toBe(isWanted);
});

test('the workstation is looked at after a while, though all is well', async () => {
  expect(await isWantedWith(calm, calm, 9_999)).toBe(false);
  expect(await isWantedWith(calm, calm, 10_000)).toBe(true);
});
