import { describe, expect, test } from 'vitest';
import type { ApiFacts } from '../../src/cluster/snapshot.ts';
import { apiLayer } from '../../src/layers/api.ts';
import { field } from '../../src/text/field.ts';
import { ago, NOW, snapshotOf } from '../support/snapshot.ts';
import { all, type Cluster, drop, healthyCluster, one } from './healthy-cluster.ts';
import { condition } from './raw-objects.ts';

const DAY = 86_400_000;
const judge = (api: Partial<ApiFacts> = {}, change: (cluster: Cluster) => void = () => {}) => {
  const cluster = healthyCluster();
  change(cluster);
  return apiLayer.judge(snapshotOf({ ...cluster, api }), new Map());
};
const told = (judged: ReturnType<typeof judge>) => judged.findings.map(f => `${f.severity} ${f.problem}`);

test('says what was checked', () => {
  expect(judge()).toMatchObject({
    verdict: 'healthy',
    summary: '1/1 ready · etcd ok · leases fresh · cert 212d',
    measure: { ready: 1, wanted: 1 },
    confirmedAt: NOW,
  });
});

test('before the first answer nothing is known', () => {
  expect(judge({ reach: 'connecting' })).toMatchObject({ verdict: 'unknown', reason: 'waiting' });
});

test('is down when nothing answers, since the first failure', () => {
  const failure = { reason: 'timeout', message: field('no reply within 10s'), since: NOW - 5000 } as const;
  const judged = judge({ reach: 'unreached', failure });
  expect(judged).toMatchObject({ verdict: 'down', since: NOW - 5000 });
  expect(told(judged)).toEqual(['critical unreachable']);
});

test('does not know when our credentials are refused', () => {
  const failure = { reason: 'unauthorized', message: field('Unauthorized'), since: NOW } as const;
  expect(judge({ failure })).toMatchObject({ verdict: 'unknown', reason: 'unauthorized' });
});

test('a refused readiness page is no fault', () => {
  const failure = { reason: 'rbac', message: field('forbidden'), since: NOW } as const;
  expect(judge({ readyz: null, failure }).verdict).toBe('healthy');
});

describe('readiness checks', () => {
  test.each([
    [['etcd'], 'down'],
    [['informer-sync'], 'degraded'],
    [['poststarthook/rbac', 'etcd-readiness'], 'down'],
  ] as const)('%s failing is %s', (failed, verdict) => {
    const judged = judge({ readyz: { passed: 30, failed: failed.map(name => field(name)) } });
    expect(judged.verdict).toBe(verdict);
    expect(told(judged)).toEqual(['critical check-failed']);
  });
});

describe('leader leases', () => {
  test('a stale one means that its component does not act', () => {
    const judged = judge({}, cluster => {
      one(cluster, 'system-leases', 'kube-scheduler').spec.renewTime = ago(31);
    });
    expect(judged.verdict).toBe('degraded');
    expect(judged.findings[0]).toMatchObject({ problem: 'lease-stale', since: NOW - 31_000 });
    expect(judged.findings[0]?.object).toMatchObject({ kind: 'Lease', name: 'kube-scheduler' });
  });

  test('are not old for what nobody could have heard since the last answer', () => {
    const old = (cluster: Cluster) => {
      one(cluster, 'system-leases', 'kube-scheduler').spec.renewTime = ago(60);
    };
    expect(judge({ lastReplyAt: NOW - 35_000 }, old).findings).toEqual([]);
    expect(told(judge({ lastReplyAt: NOW - 25_000 }, old))).toEqual(['critical lease-stale']);
  });

  test('absent ones cannot be observed and are no fault', () => {
    const judged = judge({}, cluster => drop(cluster, 'system-leases', () => true));
    expect(judged.verdict).toBe('healthy');
    expect(judged.summary).toContain('leader leases not observable');
  });

  test('with every node silent too, nothing can be written', () => {
    const judged = judge({}, cluster => {
      for (const id of ['system-leases', 'node-leases'] as const) {
        for (const lease of all(cluster, id)) lease.spec.renewTime = ago(90);
      }
    });
    expect(judged.verdict).toBe('down');
    expect(told(judged)).toEqual(['critical writes-fail']);
  });

  test('with silent nodes but fresh loops the path of the kubelets is to blame, not this layer', () => {
    const judged = judge({}, cluster => {
      for (const lease of all(cluster, 'node-leases')) lease.spec.renewTime = ago(90);
    });
    expect(judged.verdict).toBe('healthy');
  });
});

test.each([
  [29, 'note', 'healthy'],
  [6, 'warning', 'degraded'],
  [-1, 'critical', 'degraded'],
] as const)('a certificate with %i days left is a %s', (days, severity, verdict) => {
  const judged = judge({ clientCertificateExpires: NOW + days * DAY });
  expect(judged.verdict).toBe(verdict);
  expect(told(judged)).toEqual([`${severity} certificate-expiring`]);
});

test.each([
  [20_000, []],
  [-45_000, ['note clock-skew']],
  [125_000, ['warning clock-skew']],
] as const)('a skew of %i ms gives %j', (clockSkew, expected) => {
  expect(told(judge({ clockSkew }))).toEqual(expected);
});

test('an aggregated API without backend degrades', () => {
  const judged = judge({}, cluster => {
    all(cluster, 'apiservices').push({
      metadata: { name: 'v1beta1.metrics.k8s.io' },
      status: {
        conditions: [
          condition('Available', 'False', { reason: 'MissingEndpoints', message: 'no endpoints' }, 90),
        ],
      },
    });
  });
  expect(judged.verdict).toBe('degraded');
  expect(judged.findings[0]).toMatchObject({
    problem: 'api-unavailable',
    message: 'MissingEndpoints: no endpoints',
  });
});

describe('a readiness page that cannot be had', () => {
  test.each([
    ['server-error', 'check-failed', 'down'],
    ['timeout', 'check-failed', 'down'],
    ['parse', 'unreachable', 'unknown'],
  ] as const)('for %s is %s, and never green', (reason, problem, verdict) => {
    const failure = { reason, message: field('look at etcd'), since: NOW } as const;
    const judged = judge({ readyz: null, failure });
    expect(judged.verdict).toBe(verdict);
    expect(told(judged)).toEqual([`critical ${problem}`]);
  });
});

test('leases that were read once and not lately do not make it green', () => {
  const freshness = {
    state: 'stale',
    confirmedAt: NOW - 5000,
    reason: 'silent',
    message: field('silent'),
  } as const;
  const snapshot = snapshotOf({ ...healthyCluster(), freshness: { 'system-leases': freshness } });
  expect(apiLayer.judge(snapshot, new Map())).toMatchObject({ verdict: 'unknown', reason: 'stale' });
});
