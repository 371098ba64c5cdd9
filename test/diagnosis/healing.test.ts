import { expect, test } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import { FAULTS } from '../../src/simulator/faults/index.ts';
import { manualCluster } from '../simulator/controllers/manual-cluster.ts';
import { worldSnapshot } from './world-snapshot.ts';

/** What is concluded every five simulated seconds after a fault of ten minutes was repaired. */
function healing(name: string, looks: number): readonly Diagnosis[] {
  const cluster = manualCluster();
  cluster.advance(20);
  let last = diagnose(worldSnapshot(cluster));
  const fault = FAULTS.find(one => one.name === name);
  fault?.apply(cluster);
  cluster.advance(600);
  last = diagnose(worldSnapshot(cluster), last);
  fault?.undo?.(cluster);
  const seen = Array.from({ length: looks }, () => {
    cluster.advance(5);
    last = diagnose(worldSnapshot(cluster), last);
    return last;
  });
  cluster.stop();
  return seen;
}

test('a CNI that comes back is on its way, and stays the one reason until it serves', () => {
  const seen = healing('cni-gone', 30);
  const verdicts = seen.map(one => one.layers[2]?.verdict);
  expect(verdicts[0]).toBe('progressing');
  expect(seen[0]?.root).toMatchObject({ layer: 'cni', problem: 'rolling-out' });
  expect(seen[0]?.layers[1]).toMatchObject({ verdict: 'blocked', blockedBy: 'cni' });
  const up = verdicts.indexOf('healthy');
  expect(up).toBeGreaterThan(0);
  expect(verdicts.slice(0, up).every(verdict => verdict === 'progressing')).toBe(true);
  expect(seen.slice(up).every(one => one.layers[1]?.verdict === 'healthy')).toBe(true);
});

test('pod networking and DNS are seen to work within a minute after the CNI does', () => {
  const seen = healing('cni-gone', 30);
  const up = seen.findIndex(one => one.layers[2]?.verdict === 'healthy');
  const after = seen[up + 12];
  expect(after?.layers.slice(0, 6).map(layer => layer.verdict)).toEqual(
    Array.from({ length: 6 }, () => 'healthy'),
  );
});

test('something that is down always has a root, also while it heals', () => {
  for (const name of ['cni-gone', 'coredns-zero', 'node-down', 'cni-one-node']) {
    for (const one of healing(name, 20)) {
      if (one.verdict === 'down' || one.verdict === 'degraded') expect(one.root).not.toBeNull();
    }
  }
});
