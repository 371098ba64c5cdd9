import { describe, expect, test } from 'vitest';
import type { Freshness } from '../../src/cluster/snapshot.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { judgeAll } from '../../src/layers/index.ts';
import { field } from '../../src/text/field.ts';
import { NOW, snapshotOf } from '../support/snapshot.ts';
import { healthyCluster } from './healthy-cluster.ts';

const refused: Freshness = { state: 'failed', reason: 'rbac', message: field('forbidden') };
const old: Freshness = {
  state: 'stale',
  confirmedAt: NOW - 300_000,
  reason: 'silent',
  message: field('silent'),
};

describe('what nobody can vouch for is not green', () => {
  test.each([
    ['refused', refused, 'rbac'],
    ['stale', old, 'stale'],
  ] as const)('applications whose sources are %s', (_how, freshness, reason) => {
    const judged = judgeAll(snapshotOf({ ...healthyCluster(), freshness: { gitrepositories: freshness } }));
    expect(judged.get('apps')).toMatchObject({ verdict: 'unknown', reason });
  });

  test('but sources of a kind that nothing uses do not matter', () => {
    const judged = judgeAll(snapshotOf({ ...healthyCluster(), freshness: { buckets: refused } }));
    expect(judged.get('apps')?.verdict).toBe('healthy');
  });

  test('a control plane whose leases may not be read', () => {
    const snapshot = snapshotOf({ ...healthyCluster(), freshness: { 'system-leases': refused } });
    expect(judgeAll(snapshot).get('api')).toMatchObject({ verdict: 'unknown', reason: 'rbac' });
    expect(diagnose(snapshot).verdict).toBe('unknown');
  });

  test('a control plane without such leases is one that does not tell, and may be well', () => {
    const cluster = healthyCluster();
    cluster.objects['system-leases'] = [];
    expect(judgeAll(snapshotOf(cluster)).get('api')?.verdict).toBe('healthy');
  });
});
