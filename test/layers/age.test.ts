import { expect, test } from 'vitest';
import { age, coarseAge } from '../../src/layers/age.ts';

test.each([
  [-5, '0s'],
  [59_999, '59s'],
  [60_000, '1m'],
  [252_000, '4m12s'],
  [599_000, '9m59s'],
  [600_000, '10m'],
  [3_600_000, '1h'],
  [11_100_000, '3h5m'],
  [9 * 86_400_000, '9d'],
])('%i ms are %s', (ms, text) => {
  expect(age(ms)).toBe(text);
});

test('quiet lines count whole minutes', () => {
  expect([coarseAge(1000), coarseAge(61_000), coarseAge(119_000)]).toEqual(['just now', '1m ago', '1m ago']);
});
