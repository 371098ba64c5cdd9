import { expect, test } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import { healthyCluster } from '../layers/healthy-cluster.ts';
import { NOW, snapshotOf } from '../support/snapshot.ts';

/** Looks once a second; `x` is a look at which a check fails. */
function looks(pattern: string, step = 1_000): Diagnosis {
  let last: Diagnosis | undefined;
  for (const [i, sign] of [...pattern].entries()) {
    const failed = sign === 'x' ? ['poststarthook/rbac' as never] : [];
    const snapshot = snapshotOf({ ...healthyCluster(), api: { readyz: { passed: 30, failed } } });
    last = diagnose({ ...snapshot, now: NOW + i * step }, last);
  }
  if (last === undefined) throw new Error('no look');
  return last;
}

test('checks that fail again and again are a server that does not cope, though they pass just now', () => {
  const { root, layers } = looks('.x.xx.x.');
  expect(layers[0]?.verdict).toBe('degraded');
  expect(root).toMatchObject({ layer: 'api', problem: 'overloaded', since: NOW + 1_000 });
  expect(root?.summary).toMatch(/^its readiness checks failed 3 times in 6s and passed in between/);
});

test.each([
  ['twice', '.x.x.', 1_000],
  ['once for long', '.xxxxxx.', 1_000],
  ['thrice within an hour', '.x.x.x.', 400_000],
])('%s is none', (_how, pattern, step) => {
  const last = looks(pattern, step);
  expect(last.layers[0]?.findings.filter(one => one.problem === 'overloaded')).toEqual([]);
});
