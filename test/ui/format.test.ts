import { describe, expect, it } from 'vitest';
import { about, age, moment, stopwatch } from '../../src/ui/format.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('an age', () => {
  it.each([
    [42 * SECOND, '<1m', '42s'],
    [4 * MINUTE + 12 * SECOND, '4m', '4m12s'],
    [9 * MINUTE + 59 * SECOND, '9m', '9m59s'],
    [59 * MINUTE + 59 * SECOND, '59m', '59m'],
    [3 * HOUR + 5 * MINUTE, '3h', '3h'],
    [47 * HOUR, '47h', '47h'],
    [21 * DAY, '21d', '21d'],
    [-5 * SECOND, '<1m', '0s'],
  ])('of %d ms is %s at a glance and %s while something is wrong', (ms, coarse, fine) => {
    expect(age(ms)).toBe(coarse);
    expect(age(ms, true)).toBe(fine);
  });
});

describe('a running time', () => {
  it('reads like a stopwatch', () => {
    expect(stopwatch(48 * SECOND)).toBe('0:48');
    expect(stopwatch(HOUR + 2 * MINUTE + 3 * SECOND)).toBe('1:02:03');
  });

  it('is planned roundly', () => {
    expect(about(40 * SECOND)).toBe('about 40 s');
    expect(about(2 * MINUTE)).toBe('about 2 min');
  });
});

describe('a moment', () => {
  it('has its day only when that is another one', () => {
    const noon = new Date(2026, 0, 2, 12, 4).getTime();
    expect(moment(noon, noon + HOUR)).toBe('12:04');
    expect(moment(noon, noon + DAY)).toBe('01-02 12:04');
  });
});
