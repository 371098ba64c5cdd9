import { expect, test } from 'vitest';
import { calmAge, coarseAge, exactAge, glanceAge } from '../../src/text/age.ts';

test.each([
  [-5, '0s', '0s', '<1m'],
  [59_999, '59s', '59s', '<1m'],
  [60_000, '1m00s', '1m00s', '1m'],
  [69_000, '1m09s', '1m09s', '1m'],
  [252_000, '4m12s', '4m12s', '4m'],
  [599_000, '9m59s', '9m59s', '9m'],
  [600_000, '10m00s', '10m', '10m'],
  [3_599_000, '59m59s', '59m', '59m'],
  [3_600_000, '1h00m', '1h', '1h'],
  [11_100_000, '3h05m', '3h', '3h'],
  [47 * 3_600_000, '47h', '47h', '47h'],
  [9 * 86_400_000, '9d', '9d', '9d'],
])('%i ms are %s, %s on a screen, %s at a glance', (ms, exact, calm, glance) => {
  expect([exactAge(ms), calmAge(ms), glanceAge(ms)]).toEqual([exact, calm, glance]);
});

test('quiet lines count whole minutes', () => {
  expect([1000, 61_000, 119_000, 11_100_000].map(coarseAge)).toEqual([
    'just now',
    '1m ago',
    '1m ago',
    '3h ago',
  ]);
});
