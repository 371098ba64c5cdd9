import { describe, expect, test } from 'vitest';
import type { LayerView } from '../../src/diagnosis/diagnosis.ts';
import type { Finding } from '../../src/layers/layer.ts';
import type { SuccessRule } from '../../src/recovery/plan.ts';
import { beginVerification, type Verification, verify } from '../../src/runs/verify.ts';
import { say } from '../../src/text/safe.ts';
import { diagnosisOf, planOf } from './world.ts';

const EXIT = 1_000_000;
const rule: SuccessRule = { layer: 'cni', stableMs: 30_000, withinMs: 300_000, text: say`CNI healthy` };
const plan = planOf([], { success: rule });

/** Looks once a second; `see` says what is seen at a second after the exit, null for nothing. */
function watch(
  see: (second: number) => (Partial<LayerView> & { at?: number; uid?: string }) | null,
  { skew = 0, by = rule }: { skew?: number | ((second: number) => number); by?: SuccessRule } = {},
) {
  const apart = typeof skew === 'number' ? () => skew : skew;
  let state: Verification = beginVerification(by, EXIT, EXIT);
  for (let second = 0; second <= 400; second++) {
    const now = EXIT + second * 1_000;
    const seen = see(second);
    const at = seen?.at ?? now + apart(second);
    const diagnosis = seen === null ? null : diagnosisOf({ confirmedAt: at, ...seen }, at, seen.uid);
    const result = verify(state, plan, diagnosis, now, apart(second));
    if (result.done !== false) return { second, ...result };
    state = result.next;
  }
  throw new Error('never decided');
}

describe('a run has succeeded', () => {
  test('when the layer was healthy for as long as the rule says', () => {
    expect(watch(second => ({ verdict: second < 10 ? 'down' : 'healthy' }))).toEqual({
      second: 40,
      done: 'succeeded',
    });
  });

  test('only when it was healthy without a break', () => {
    const flapping = (second: number) => (second === 25 ? 'degraded' : 'healthy') as 'degraded' | 'healthy';
    expect(watch(second => ({ verdict: flapping(second) }))).toEqual({ second: 56, done: 'succeeded' });
  });

  test('only when everything that it rests on was confirmed after the exit', () => {
    const late = (second: number) => (second < 90 ? EXIT - 1 : EXIT + second * 1_000);
    expect(watch(second => ({ verdict: 'healthy', confirmedAt: late(second) }))).toEqual({
      second: 90,
      done: 'succeeded',
    });
  });

  test('at once when it was seen to turn healthy, though nothing else was heard since', () => {
    const seen = (second: number) => ({
      verdict: (second < 5 ? 'down' : 'healthy') as 'down' | 'healthy',
      confirmedAt: EXIT - 1,
    });
    expect(watch(seen)).toEqual({ second: 35, done: 'succeeded' });
  });

  test('though the clocks drift apart while it is waited for', () => {
    const skew = (second: number) => second * 19_000;
    const confirmedAt = EXIT + 10_000 + skew(10);
    expect(
      watch(second => ({ verdict: 'healthy', confirmedAt: second < 10 ? EXIT : confirmedAt }), { skew }),
    ).toEqual({ second: 31, done: 'succeeded' });
  });

  test('by the clock of the cluster, however far the clocks are apart', () => {
    for (const skew of [7_200_000, -7_200_000])
      expect(watch(() => ({ verdict: 'healthy' }), { skew })).toEqual({ second: 31, done: 'succeeded' });
  });
});

describe('a run has not succeeded', () => {
  test.each<[string, Partial<LayerView> & { at?: number; uid?: string }]>([
    ['an old green', { verdict: 'healthy', at: EXIT - 1 }],
    ['a stale green', { verdict: 'healthy', stale: true }],
    ['the green of another cluster', { verdict: 'healthy', uid: 'uid-2' }],
    ['a layer that cannot be judged', { verdict: 'unknown', reason: 'timeout' }],
  ])('by %s: then nobody knows', (_, seen) => {
    expect(watch(() => seen)).toMatchObject({ done: 'unknown', second: 300 });
  });

  test('when nothing was seen at all: then nobody knows', () => {
    expect(watch(() => null)).toMatchObject({ done: 'unknown', why: expect.stringContaining('5 min') });
  });

  test('when the layer is still down at the end: then it failed, and how it looks is said', () => {
    expect(watch(() => ({ verdict: 'down', summary: say`agents 1/3` }))).toEqual({
      done: 'failed',
      second: 300,
      why: 'it ended well, but after 5 min CNI is down: agents 1/3',
    });
  });

  test('when the layer turned healthy too late to know that it stays so', () => {
    expect(watch(second => ({ verdict: second < 290 ? 'down' : 'healthy' }))).toMatchObject({
      done: 'unknown',
    });
  });
});

describe('a rule about one object', () => {
  const object = { kind: say`HelmRelease`, namespace: say`media`, name: say`jellyfin` };
  const by: SuccessRule = { ...rule, object };
  const finding = (name: string, severity: Finding['severity']): Finding => ({
    problem: 'release-failed',
    severity,
    object: { ...object, name: name as typeof object.name },
    message: say`failed`,
    signature: null,
    since: null,
    nodes: null,
    chargedTo: null,
  });

  test('is met while others of the layer fail', () => {
    const findings = [finding('other', 'critical'), finding('jellyfin', 'note')];
    expect(watch(() => ({ verdict: 'degraded', findings }), { by })).toMatchObject({ done: 'succeeded' });
  });

  test('is not met while something is wrong with it, nor when the layer is blocked', () => {
    expect(
      watch(() => ({ verdict: 'degraded', findings: [finding('jellyfin', 'warning')] }), { by }),
    ).toMatchObject({
      done: 'failed',
    });
    expect(watch(() => ({ verdict: 'blocked' }), { by })).toMatchObject({ done: 'failed' });
  });
});

test('who looks late has the whole time from then on', () => {
  expect(beginVerification(rule, EXIT, EXIT + 600_000).until).toBe(EXIT + 900_000);
});
