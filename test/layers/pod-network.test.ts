import { expect, test } from 'vitest';
import { podNetworkLayer } from '../../src/layers/pod-network.ts';
import { NOW, snapshotOf } from '../support/snapshot.ts';
import { all, type Cluster, healthyCluster, NODES, one } from './healthy-cluster.ts';
import { creatingPod, nodePods, warning } from './raw-objects.ts';

const judge = (change: (cluster: Cluster) => void = () => {}) => {
  const cluster = healthyCluster();
  change(cluster);
  return podNetworkLayer.judge(snapshotOf(cluster), new Map());
};
const FAILED =
  'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "0123456789abcdef": plugin type="flannel" failed (add): open /run/flannel/subnet.env: no such file or directory';
const about = { kind: 'Pod', namespace: 'apps', name: 'web' };

test('probes that pass on every node are proof', () => {
  expect(judge()).toMatchObject({
    verdict: 'healthy',
    summary: 'pods ready on 3/3 nodes · last new pod 6m ago',
  });
});

test('a node without any pod of its own leaves it open', () => {
  const judged = judge(cluster => cluster.byNode.delete('k8s-3'));
  expect(judged).toMatchObject({
    verdict: 'unknown',
    reason: 'no-evidence',
    measure: { ready: 2, wanted: 3 },
  });
});

test('a cordoned node needs no proof', () => {
  const judged = judge(cluster => {
    cluster.byNode.delete('k8s-3');
    one(cluster, 'nodes', 'k8s-3').spec.unschedulable = true;
  });
  expect(judged.verdict).toBe('healthy');
});

test('failures on one node are confined to it, whatever its old pods say', () => {
  const judged = judge(cluster => {
    all(cluster, 'events').push(
      warning('FailedCreatePodSandBox', FAILED, about, { host: 'k8s-2', count: 7 }),
    );
    all(cluster, 'pods-pending').push(creatingPod('apps', 'web', 'k8s-2', {}, 240));
  });
  expect(judged).toMatchObject({ verdict: 'degraded', summary: 'new sandboxes fail on 1/3 nodes · 1 wait' });
  expect(judged.since).toBe(NOW - 240_000);
  expect(judged.findings).toHaveLength(1);
  expect(judged.findings[0]).toMatchObject({
    problem: 'sandbox-failed',
    nodes: ['k8s-2'],
    signature: 'S28',
    message:
      'no network for new pods on k8s-2 (×7): plugin type="flannel" failed (add): open /run/flannel/subnet.env: no such file or directory',
  });
});

test('failures everywhere are down', () => {
  const judged = judge(cluster => {
    for (const host of NODES)
      all(cluster, 'events').push(warning('FailedCreatePodSandBox', FAILED, about, { host, id: host }));
  });
  expect(judged.verdict).toBe('down');
  expect(judged.findings[0]).toMatchObject({ nodes: null });
});

test('the node of a failure is found by its pod when the event does not name it', () => {
  const judged = judge(cluster => {
    all(cluster, 'pods-pending').push(creatingPod('apps', 'web', 'k8s-1', {}, 240));
    all(cluster, 'events').push(warning('FailedCreatePodSandBox', FAILED, about));
  });
  expect(judged.findings[0]?.nodes).toEqual(['k8s-1']);
});

test.each([
  ['of long ago', { last: 301, host: 'k8s-2' }],
  ['of a node that does not exist', { host: 'k8s-9' }],
] as const)('a failure %s does not count', (_, extra) => {
  const judged = judge(cluster =>
    all(cluster, 'events').push(warning('FailedCreatePodSandBox', FAILED, about, extra)),
  );
  expect(judged.verdict).toBe('healthy');
});

test('a pod that started after the failure ends it', () => {
  const judged = judge(cluster => {
    all(cluster, 'events').push(
      warning('FailedCreatePodSandBox', FAILED, about, { host: 'k8s-2', last: 60 }),
    );
    cluster.byNode.set('k8s-2', { ...nodePods(), newestReadyStart: NOW - 30_000 });
  });
  expect(judged.verdict).toBe('healthy');
});

test('a pod that hangs Terminating for want of the plugin counts', () => {
  const message =
    'error killing pod: failed to "KillPodSandbox" for "x" with KillPodSandboxError: "rpc error: failed to destroy network for sandbox: cni plugin not initialized"';
  const judged = judge(cluster =>
    all(cluster, 'events').push(warning('FailedKillPod', message, about, { host: 'k8s-1' })),
  );
  expect(judged.verdict).toBe('degraded');
});

test('an old table of pods proves nothing', () => {
  const freshness = {
    state: 'stale',
    confirmedAt: NOW - 90_000,
    reason: 'silent',
    message: 'silent' as never,
  } as const;
  const cluster = healthyCluster();
  const judged = podNetworkLayer.judge(
    snapshotOf({ ...cluster, pods: { byNode: cluster.byNode, freshness } }),
    new Map(),
  );
  expect(judged).toMatchObject({ verdict: 'unknown', stale: true, confirmedAt: NOW - 90_000 });
});

test('a refused table of pods makes it unknown for that reason, but failures still count', () => {
  const freshness = { state: 'failed', reason: 'rbac', message: 'forbidden' as never } as const;
  const quiet = healthyCluster();
  const read = { byNode: new Map(), freshness };
  const judged = podNetworkLayer.judge(snapshotOf({ ...quiet, pods: read }), new Map());
  expect(judged).toMatchObject({ verdict: 'unknown', reason: 'rbac', summary: 'not allowed to read pods' });
  const broken = healthyCluster();
  all(broken, 'events').push(warning('FailedCreatePodSandBox', FAILED, about, { host: 'k8s-2' }));
  expect(podNetworkLayer.judge(snapshotOf({ ...broken, pods: read }), new Map()).verdict).toBe('degraded');
});

test.each([
  [40, 'degraded'],
  [70, 'healthy'],
] as const)('a failure %i s ago of a pod that nobody watches is %s', (last, verdict) => {
  const judged = judge(cluster => {
    all(cluster, 'events').push(warning('FailedCreatePodSandBox', FAILED, about, { host: 'k8s-2', last }));
  });
  expect(judged.verdict).toBe(verdict);
});

test('a pod that still waits keeps its failure standing, one that works by now ends it', () => {
  const judged = (name: string) =>
    judge(cluster => {
      all(cluster, 'pods-pending').push(creatingPod('kube-system', 'waiting', 'k8s-2', {}, 280));
      const pod = { kind: 'Pod', namespace: 'kube-system', name };
      all(cluster, 'events').push(
        warning('FailedCreatePodSandBox', FAILED, pod, { host: 'k8s-2', last: 250 }),
      );
    });
  expect(judged('waiting').verdict).toBe('degraded');
  expect(judged('coredns-k8s-2').verdict).toBe('healthy');
});
