import { expect, test } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { healthyCluster } from '../layers/healthy-cluster.ts';
import { NOW, snapshotOf } from '../support/snapshot.ts';
import { scenarios } from './scenarios.ts';

const healthy = () => snapshotOf(healthyCluster());
const gone = (now: number) => snapshotOf({ ...scenarios.cniLatent(), now });

test('does not invent a beginning on the first look', () => {
  expect(diagnose(gone(NOW)).root?.since).toBeNull();
});

test('a deleted object is gone since the first look that missed it', () => {
  const first = diagnose(gone(NOW + 1000), diagnose(healthy()));
  expect(first.root?.since).toBe(NOW + 1000);
  const second = diagnose(gone(NOW + 9000), first);
  expect(second.root?.since).toBe(NOW + 1000);
  expect(second.layers[2]?.since).toBe(NOW + 1000);
});

test('a layer that recovered is healthy since it did', () => {
  const before = diagnose(gone(NOW - 5000), diagnose(gone(NOW - 9000)));
  const after = diagnose(healthy(), before);
  expect(after.layers[2]).toMatchObject({ verdict: 'healthy', since: NOW });
  const later = diagnose(snapshotOf({ ...healthyCluster(), now: NOW + 2000 }), after);
  expect(later.layers[2]?.since).toBe(NOW);
});

test('what the first full look finds did not begin with it', () => {
  const waiting = { state: 'waiting' } as const;
  const starting = { daemonsets: waiting, 'helm-releases': waiting };
  const first = diagnose(snapshotOf({ ...healthyCluster(), freshness: starting }));
  expect(first.layers[2]).toMatchObject({ verdict: 'unknown', reason: 'waiting' });
  const second = diagnose(gone(NOW + 1000), first);
  expect(second.root).toMatchObject({ problem: 'missing', since: null });
  const well = diagnose(healthy(), first);
  expect(well.layers[2]).toMatchObject({ verdict: 'healthy', since: null });
});
