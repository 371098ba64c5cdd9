import { describe, expect, it } from 'vitest';
import { createClock, createManualClock } from '../../../src/simulator/api/clock.ts';

describe('createClock', () => {
  it('runs simulated time faster than real time', async () => {
    const clock = createClock({ speed: 100, start: 1_000_000 });
    const begun = performance.now();
    await new Promise<void>(resolve => clock.after(5000, resolve));
    const real = performance.now() - begun;
    expect(clock.now()).toBeGreaterThanOrEqual(1_005_000);
    expect(real).toBeGreaterThanOrEqual(45);
    expect(real).toBeLessThan(2000);
  });

  it('repeats until cancelled', async () => {
    const clock = createClock({ speed: 1000 });
    let beats = 0;
    await new Promise<void>(resolve => {
      const cancel = clock.every(1000, () => {
        beats += 1;
        if (beats < 3) return;
        cancel();
        resolve();
      });
    });
    await new Promise<void>(resolve => clock.after(5000, resolve));
    expect(beats).toBe(3);
  });

  it('stands still with a machine that stalls, and keeps what fell due in its order and at its time', async () => {
    const clock = createClock({ speed: 100, start: 0 });
    const kept: [string, number][] = [];
    clock.every(10_000, () => kept.push(['lease', clock.now()]));
    clock.after(25_000, () => kept.push(['look', clock.now()]));
    stall(400);
    expect(clock.now()).toBeLessThan(10_100);
    await new Promise<void>(resolve => clock.after(35_000, resolve));
    expect(kept.map(([what]) => what)).toEqual(['lease', 'lease', 'look', 'lease', 'lease']);
    const [first, second, look] = kept.map(([, at]) => at);
    expect(first).toBeGreaterThanOrEqual(10_000);
    expect(second).toBeGreaterThanOrEqual(20_000);
    expect(second).toBeLessThan(25_000);
    expect(look).toBeGreaterThanOrEqual(25_000);
    expect(look).toBeLessThan(30_000);
    clock.stop();
  });

  it('runs nothing after it was stopped', async () => {
    const clock = createClock({ speed: 1000 });
    let ran = false;
    clock.after(1000, () => {
      ran = true;
    });
    clock.stop();
    clock.after(1000, () => {
      ran = true;
    });
    await new Promise(resolve => setTimeout(resolve, 30));
    expect(ran).toBe(false);
  });
});

/** Holds the whole process up, as a machine does that has no time for it. */
function stall(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe('createManualClock', () => {
  it('runs what falls due in order of time, also what is set on the way', () => {
    const clock = createManualClock(0);
    const told: string[] = [];
    clock.after(200, () => told.push(`b at ${clock.now()}`));
    clock.after(100, () => {
      told.push(`a at ${clock.now()}`);
      clock.after(50, () => told.push(`c at ${clock.now()}`));
    });
    clock.after(301, () => told.push('never'));
    clock.advance(300);
    expect(told).toEqual(['a at 100', 'c at 150', 'b at 200']);
    expect(clock.now()).toBe(300);
  });

  it('repeats and cancels', () => {
    const clock = createManualClock(0);
    let beats = 0;
    const cancel = clock.every(10, () => {
      beats += 1;
    });
    clock.advance(35);
    cancel();
    clock.advance(100);
    expect(beats).toBe(3);
  });
});
