import { describe, expect, it } from 'vitest';
import { judgeSlope, slopeOf } from './slope.ts';

/** Repeatable jitter between -1 and 1. */
function jitter(i: number): number {
  return (Math.sin(i * 12.9898) * 43_758.5453) % 1;
}

function readings(count: number, value: (i: number) => number) {
  return Array.from({ length: count }, (_, i) => ({ at: i, value: value(i) }));
}

describe('the growth of memory over a soak', () => {
  it('is the slope of a line through the readings, without the warm-up', () => {
    const warm = readings(40, i => (i < 10 ? i * 5 : 50 + 0.3 * (i - 10)));
    expect(slopeOf(warm)?.perUnit).toBeCloseTo(0.3, 6);
  });

  it('is no leak where it only jitters', () => {
    expect(
      judgeSlope(
        readings(40, i => 60 + 2 * jitter(i)),
        0.1,
      ),
    ).toBe('holds');
  });

  it('is no leak where a cache fills and then stays', () => {
    expect(
      judgeSlope(
        readings(40, i => 60 + Math.min(i, 9) * 3 + jitter(i)),
        0.1,
      ),
    ).toBe('holds');
  });

  it.each([0.15, 0.2, 0.5, 2])('turns red when it leaks %f a step under the same jitter', leak => {
    expect(
      judgeSlope(
        readings(60, i => 60 + leak * i + jitter(i)),
        0.1,
      ),
    ).toBe('MISSED');
  });

  it('is not judged from too few readings', () => {
    expect(
      judgeSlope(
        readings(9, i => i),
        0.1,
      ),
    ).toBe('too short');
  });
});
