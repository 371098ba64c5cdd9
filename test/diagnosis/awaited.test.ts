import { describe, expect, test } from 'vitest';
import { awaited, steadiness } from '../../src/diagnosis/awaited.ts';
import type { Diagnosis, LayerView } from '../../src/diagnosis/diagnosis.ts';
import { calm, cniGone } from '../report/diagnosis.ts';

const withLayer = (id: string, change: Partial<LayerView>): Diagnosis => ({
  ...calm,
  layers: calm.layers.map(layer => (layer.id === id ? { ...layer, ...change } : layer)),
});

describe('what is waited for', () => {
  test.each<[string, Diagnosis, readonly ('cni' | 'dns')[] | null, boolean, boolean]>([
    ['a healthy cluster', calm, null, true, false],
    ['healthy layers', calm, ['cni', 'dns'], true, false],
    ['one of two is down', cniGone, ['cni', 'dns'], false, false],
    ['a stale layer is not healthy', withLayer('dns', { stale: true }), ['dns'], false, true],
    ['an unknown layer', withLayer('dns', { verdict: 'unknown' }), ['dns'], false, true],
    ['a layer that nobody waits for', withLayer('flux', { verdict: 'down' }), ['dns'], true, false],
  ])('%s', (_name, diagnosis, layers, reached, unjudged) => {
    expect(awaited(diagnosis, { layers, verdict: 'healthy' })).toMatchObject({ reached, unjudged });
  });

  test('says which layer is how, and what blocks it', () => {
    const { text } = awaited(cniGone, { layers: ['cni', 'dns'], verdict: 'healthy' });
    expect(text).toMatch(/^cni down \(.+\), dns blocked by cni \(/);
  });
});

test('steady is only what held without a break', () => {
  const isSteady = steadiness(1_000);
  expect(
    [
      [true, 0],
      [true, 900],
      [false, 950],
      [true, 1_000],
      [true, 1_999],
      [true, 2_000],
    ].map(([reached, at]) => isSteady(reached as boolean, at as number)),
  ).toEqual([false, false, false, false, false, true]);
});
