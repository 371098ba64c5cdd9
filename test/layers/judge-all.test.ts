import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/cluster/snapshot.ts';
import { judgeAll, layers } from '../../src/layers/index.ts';
import { layerIds } from '../../src/layers/layer.ts';
import { ago, snapshotOf } from '../support/snapshot.ts';
import { all, type Cluster, healthyCluster, one } from './healthy-cluster.ts';
import { condition, slice, warning } from './raw-objects.ts';

const judge = (change: (cluster: Cluster) => void) => {
  const cluster = healthyCluster();
  change(cluster);
  return judgeAll(snapshotOf(cluster));
};

test('the layers stand on each other in their order', () => {
  expect(layers.map(layer => layer.id)).toEqual(layerIds);
  expect(layers.map(layer => layer.key)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(layers.map(layer => layer.standsOn)).toEqual([null, ...layerIds.slice(0, 7)]);
  expect(layers.every(layer => layer.short.length <= 10)).toBe(true);
});

test('a rule that throws takes its own layer only', () => {
  const snapshot = snapshotOf(healthyCluster());
  const broken: Snapshot = {
    ...snapshot,
    streams: {
      ...snapshot.streams,
      'services-system': { freshness: { state: 'live', confirmedAt: 1 }, items: undefined as never },
    },
  };
  const judged = judgeAll(broken);
  expect(judged.get('service-discovery')).toMatchObject({ verdict: 'unknown', reason: 'parse' });
  expect([...judged.values()].filter(one => one.verdict === 'healthy')).toHaveLength(7);
});

describe('an admission webhook without backend', () => {
  const MESSAGE =
    'Error creating: Internal error occurred: failed calling webhook "v.example.test": failed to call webhook: no endpoints available for service "hook"';
  const block = (cluster: Cluster, kind: string, name: string, namespace = 'kube-system', extra = {}) => {
    all(cluster, 'mutating-webhooks').push({
      metadata: { name: 'hook-configuration' },
      webhooks: [
        { name: 'v.example.test', clientConfig: { service: { namespace: 'kube-system', name: 'hook' } } },
      ],
    });
    all(cluster, 'events').push(warning('FailedCreate', MESSAGE, { kind, namespace, name }, extra));
  };

  test.each([
    ['DaemonSet', 'kube-proxy', 'kube-system', 'cni'],
    ['ReplicaSet', 'cilium-operator-7d9f', 'kube-system', 'cni'],
    ['ReplicaSet', 'web-55c', 'apps', 'apps'],
  ] as const)('that stops %s %s is told by the layer of what it stops', (kind, name, namespace, layer) => {
    const judged = judge(cluster => {
      block(cluster, kind, name, namespace);
      if (name.startsWith('cilium'))
        one(cluster, 'deployments-system', 'cilium-operator').status.readyReplicas = 0;
    }).get(layer);
    expect(judged?.verdict).toBe('degraded');
    expect(judged?.findings[0]).toMatchObject({
      problem: 'webhook-blocks',
      signature: 'S82',
      object: { kind: 'MutatingWebhookConfiguration', name: 'hook-configuration' },
    });
  });

  test.each([
    ['it is long ago', (cluster: Cluster) => block(cluster, 'ReplicaSet', 'web-55c', 'apps', { last: 1300 })],
    ['the workload has its pods by now', (cluster: Cluster) => block(cluster, 'ReplicaSet', 'coredns-7d9f')],
    [
      'its backend is ready',
      (cluster: Cluster) => {
        block(cluster, 'ReplicaSet', 'web-55c', 'apps');
        all(cluster, 'slices-system').push(slice('kube-system', 'hook', [['10.42.0.9', undefined]]));
      },
    ],
    [
      'it was removed',
      (cluster: Cluster) => {
        block(cluster, 'ReplicaSet', 'web-55c', 'apps');
        all(cluster, 'mutating-webhooks').splice(0);
      },
    ],
  ] as const)('does not count when %s', (_, change) => {
    for (const judged of judge(change).values()) expect(judged.verdict).toBe('healthy');
  });
});

describe('a namespace that is being deleted', () => {
  const terminate = (cluster: Cluster, name: string, seconds: number, stuck: boolean) => {
    const namespace = one(cluster, 'namespaces', name);
    namespace.metadata.deletionTimestamp = ago(seconds);
    namespace.status.phase = 'Terminating';
    if (stuck) {
      const message =
        'Some content in the namespace has finalizers remaining: example.test/x in 2 resource instances';
      namespace.status.conditions = [condition('NamespaceFinalizersRemaining', 'True', { message }, seconds)];
    }
  };

  test.each([
    ['apps', 'apps'],
    ['flux-system', 'flux'],
  ] as const)('and does not end is a fault of what lives there: %s', (name, layer) => {
    const judged = judge(cluster => terminate(cluster, name, 600, true)).get(layer);
    expect(judged?.verdict).toBe('degraded');
    const found = judged?.findings.filter(one => one.problem === 'namespace-terminating') ?? [];
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      severity: 'warning',
      signature: 'S85',
      object: { kind: 'Namespace', name },
    });
  });

  test('gets time to end', () => {
    expect(judge(cluster => terminate(cluster, 'apps', 20, false)).get('apps')?.verdict).toBe('healthy');
  });
});
