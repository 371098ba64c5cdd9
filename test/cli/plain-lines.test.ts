import { expect, it } from 'vitest';
import { plainLines } from '../../src/cli/plain-lines.ts';
import type { AppState } from '../../src/store/app-state.ts';
import { initialState } from '../../src/store/app-state.ts';
import { calm, cniGone, mode, repairing } from '../ui/fixtures/story.ts';

it('tells what changed, once, and what is over', () => {
  const news = plainLines();
  expect(news(initialState(mode))).toEqual([]);
  expect(news(calm)).toEqual(['the API server answers', 'cluster healthy']);
  expect(news({ ...calm })).toEqual([]);
  const broken = news(cniGone);
  expect(broken[0]).toMatch(/^cluster down \(CNI/);
  expect(broken[1]).toMatch(
    /^root cause in CNI: DaemonSet kube-system\/cilium .*; remedy: .* \(groundup recover\)$/,
  );
  expect(news(cniGone)).toEqual([]);
  expect(news(repairing).some(text => /^run \S+, .*: (running|verifying)$/.test(text))).toBe(true);
  expect(news(calm)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^no longer: DaemonSet kube-system\/cilium missing/),
      'cluster healthy',
    ]),
  );
});

it('says nothing of causes while a layer waits for its first answer', () => {
  const { model } = cniGone.world;
  if (model === null) throw new Error('the story has a model');
  const [first, ...rest] = model.diagnosis.layers;
  if (first === undefined) throw new Error('the story has layers');
  const diagnosis = {
    ...model.diagnosis,
    layers: [{ ...first, verdict: 'unknown' as const, reason: 'waiting' as const }, ...rest],
  };
  const waiting: AppState = { ...cniGone, world: { ...cniGone.world, model: { ...model, diagnosis } } };
  const news = plainLines();
  expect(news(waiting)).toEqual(['the API server answers']);
  expect(news(cniGone)).toHaveLength(2);
  expect(news(waiting)).toEqual([]);
});
