import { describe, expect, test } from 'vitest';
import type { Freshness } from '../../src/cluster/snapshot.ts';
import { apiOverload } from '../../src/layers/api-overload.ts';
import { judgeAll } from '../../src/layers/index.ts';
import { ago, NOW, snapshotOf } from '../support/snapshot.ts';
import { healthyCluster, one } from './healthy-cluster.ts';

const turned: Freshness = {
  state: 'stale',
  confirmedAt: NOW - 20_000,
  reason: 'throttled',
  message: 'Too Many Requests' as never,
};
const lostLease = (name: string, finishedAt = ago(60)) => {
  const cluster = healthyCluster();
  const pod = one(cluster, 'pods-system', name);
  pod.status.containerStatuses[0].lastState = {
    terminated: { exitCode: 1, reason: 'Error', message: 'leader election lost', finishedAt },
  };
  return cluster;
};

describe('an API server with too much to do', () => {
  test('is told from several requests that were turned away, and the layer is degraded, not down', () => {
    const snapshot = snapshotOf({
      ...healthyCluster(),
      freshness: { buckets: turned, crds: turned, helmcharts: turned },
    });
    const api = judgeAll(snapshot).get('api');
    expect(api?.verdict).toBe('degraded');
    expect(api?.findings[0]).toMatchObject({ problem: 'overloaded' });
    expect(api?.findings[0]?.message).toMatch(/3 requests turned away \(429\).*Do not add load/);
  });

  test.each([
    ['one refusal alone', snapshotOf({ ...healthyCluster(), freshness: { crds: turned } })],
    ['one controller that lost its lease', snapshotOf(lostLease('cilium-operator-1'))],
    ['nothing at all', snapshotOf(healthyCluster())],
  ])('is not told from %s', (_what, snapshot) => {
    expect(apiOverload(snapshot)).toEqual([]);
  });

  test('is told when etcd complains and a controller lost its lease, but not from old losses', () => {
    const failure = {
      reason: 'server-error',
      message: 'etcdserver: request timed out' as never,
      since: NOW - 30_000,
    } as const;
    const [found] = apiOverload(snapshotOf({ ...lostLease('cilium-operator-1'), api: { failure } }));
    expect(found).toMatchObject({ problem: 'overloaded', signature: 'S07', since: NOW - 30_000 });
    expect(found?.message).toContain('1 controllers lost their lease');
    const [later] = apiOverload(
      snapshotOf({ ...lostLease('cilium-operator-1', ago(5_000)), api: { failure } }),
    );
    expect(later?.message).not.toContain('lost their lease');
  });
});
