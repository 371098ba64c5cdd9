import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { completeQuestions } from '../../src/cli/complete-questions.ts';
import type { Plan } from '../../src/recovery/plan.ts';
import { initialState } from '../../src/store/app-state.ts';
import { createAppStore } from '../../src/store/store.ts';
import { say } from '../../src/text/safe.ts';
import { planOf, toolStep } from '../runs/world.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function stage() {
  const store = createAppStore(
    initialState({
      badge: null,
      readOnly: false,
      context: say`homelab`,
      server: say`https://10.0.0.10:6443`,
      contexts: [],
      faults: [],
      version: say`1`,
      clock: false,
    }),
  );
  let answer: Plan['guards'] = [{ state: 'passed', text: say`you may`, about: 'asked' }];
  let asked = 0;
  const stop = completeQuestions(store, async plan => {
    asked++;
    return { ...plan, guards: answer };
  });
  const open = (plan: Plan): void =>
    store.setState({ dialog: { kind: 'confirm', plan, blockedBy: null, typed: 'cil', openedAt: 0 } });
  const guards = () => {
    const { dialog } = store.getState();
    return dialog?.kind === 'confirm' ? dialog.plan.guards.map(guard => guard.text) : null;
  };
  return {
    store,
    stop,
    open,
    guards,
    asked: () => asked,
    answerWith: (next: Plan['guards']) => (answer = next),
  };
}

const plan = planOf([toolStep([])]);

test('an open question shows what the cluster says, and what was typed stays', async () => {
  const { store, open, guards, stop } = stage();
  open(plan);
  expect(guards()).toEqual([]);
  await vi.advanceTimersByTimeAsync(0);
  expect(guards()).toEqual(['you may']);
  expect(store.getState().dialog).toMatchObject({ typed: 'cil' });
  stop();
});

test('it is asked again while it is open, and not afterwards', async () => {
  const { store, open, guards, answerWith, asked, stop } = stage();
  open(plan);
  await vi.advanceTimersByTimeAsync(0);
  answerWith([{ state: 'blocking', text: say`alice changes this cluster`, about: 'asked' }]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(guards()).toEqual(['alice changes this cluster']);
  store.setState({ dialog: null });
  const before = asked();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(asked()).toBe(before);
  stop();
});

test('a question that was changed meanwhile gets its own answer', async () => {
  const { open, guards, stop } = stage();
  open(plan);
  open({ ...plan, title: say`another` });
  await vi.advanceTimersByTimeAsync(10);
  expect(guards()).toEqual(['you may']);
  stop();
});

test('a plan without steps is a guide: nothing is asked', async () => {
  const { open, asked, stop } = stage();
  open({ ...plan, steps: [] });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked()).toBe(0);
  stop();
});
