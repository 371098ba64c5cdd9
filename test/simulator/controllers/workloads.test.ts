import { expect, test } from 'vitest';
import type { Json } from '../../../src/simulator/world.ts';
import { manualCluster } from './manual-cluster.ts';
import { troubles } from './troubles.ts';

const DEPLOYMENTS = 'apps/deployments';
const restartedAt = (draft: Json): void => {
  const { metadata } = draft.spec.template;
  metadata.annotations = {
    ...metadata.annotations,
    'kubectl.kubernetes.io/restartedAt': '2026-06-01T12:00:00Z',
  };
};

test('a restart annotation rolls a Deployment: new pods, one more ReplicaSet, never below its minimum', () => {
  const cluster = manualCluster();
  const before = cluster.pods('kube-system', 'k8s-app', 'kube-dns').map(pod => pod.metadata.uid);
  let lowest = 2;
  cluster.world.subscribe(({ resource, object }) => {
    if (resource === DEPLOYMENTS && object.metadata.name === 'coredns')
      lowest = Math.min(lowest, object.status.availableReplicas ?? 0);
  });
  cluster.world.update(DEPLOYMENTS, 'kube-system', 'coredns', restartedAt);
  cluster.advance(5);
  expect(cluster.condition(DEPLOYMENTS, 'kube-system', 'coredns', 'Progressing').reason).toBe(
    'ReplicaSetUpdated',
  );
  cluster.advance(120);
  expect(troubles(cluster.world)).toEqual([]);
  expect(lowest).toBeGreaterThanOrEqual(1);
  const after = cluster.pods('kube-system', 'k8s-app', 'kube-dns');
  expect(after).toHaveLength(2);
  expect(after.some(pod => before.includes(pod.metadata.uid))).toBe(false);
  const coredns = cluster.get(DEPLOYMENTS, 'kube-system', 'coredns');
  expect(coredns.metadata.annotations['deployment.kubernetes.io/revision']).toBe('4');
  cluster.stop();
});

test('a restart annotation rolls a DaemonSet on every node', () => {
  const cluster = manualCluster();
  const before = cluster.pods('kube-system', 'k8s-app', 'cilium').map(pod => pod.metadata.uid);
  cluster.world.update('apps/daemonsets', 'kube-system', 'cilium', restartedAt);
  cluster.advance(20);
  expect(cluster.get('apps/daemonsets', 'kube-system', 'cilium').status.numberReady).toBeLessThan(3);
  cluster.advance(90);
  expect(troubles(cluster.world)).toEqual([]);
  const after = cluster.pods('kube-system', 'k8s-app', 'cilium');
  expect(after).toHaveLength(3);
  expect(after.some(pod => before.includes(pod.metadata.uid))).toBe(false);
  cluster.stop();
});

test('an image no registry has ends in ImagePullBackOff and after ten minutes in ProgressDeadlineExceeded', () => {
  const cluster = manualCluster();
  cluster.switches.missingImages.add('ghcr.io/gethomepage/homepage:v99');
  cluster.world.update(DEPLOYMENTS, 'default', 'homepage', draft => {
    draft.spec.template.spec.containers[0].image = 'ghcr.io/gethomepage/homepage:v99';
  });
  cluster.advance(5);
  const waiting = (): Json =>
    cluster
      .pods('default', 'app.kubernetes.io/name', 'homepage')
      .map(pod => pod.status.containerStatuses?.[0]?.state?.waiting)
      .find(one => one !== undefined);
  expect(waiting().reason).toBe('ErrImagePull');
  cluster.advance(60);
  expect(waiting().reason).toBe('ImagePullBackOff');
  expect(cluster.get(DEPLOYMENTS, 'default', 'homepage').status.availableReplicas).toBe(1);
  cluster.advance(600);
  expect(cluster.condition(DEPLOYMENTS, 'default', 'homepage', 'Progressing')).toMatchObject({
    status: 'False',
    reason: 'ProgressDeadlineExceeded',
  });
  cluster.switches.missingImages.clear();
  cluster.advance(310);
  expect(troubles(cluster.world)).toEqual([]);
  cluster.stop();
});

test('a pod that fits nowhere says why for each node, and is placed once a node is uncordoned', () => {
  const cluster = manualCluster();
  const cordon = (unschedulable: boolean): void => {
    for (const node of cluster.world.list('/nodes')) {
      cluster.world.update('/nodes', undefined, node.metadata.name, draft => {
        draft.spec.unschedulable = unschedulable ? true : undefined;
      });
    }
  };
  cordon(true);
  cluster.advance(2);
  cluster.world.update(DEPLOYMENTS, 'default', 'echo', draft => {
    draft.spec.replicas = 2;
  });
  cluster.advance(10);
  expect(cluster.warnings()).toContain(
    'Pod FailedScheduling: 0/3 nodes are available: 3 node(s) were unschedulable. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
  );
  cordon(false);
  cluster.advance(30);
  expect(cluster.get(DEPLOYMENTS, 'default', 'echo').status.availableReplicas).toBe(2);
  cluster.stop();
});

test('endpoints follow readiness', () => {
  const cluster = manualCluster();
  const ready = (): number =>
    cluster.world
      .list('discovery.k8s.io/endpointslices', 'kube-system')
      .filter(slice => slice.metadata.labels?.['kubernetes.io/service-name'] === 'kube-dns')
      .flatMap(slice => slice.endpoints)
      .filter((one: Json) => one.conditions.ready).length;
  expect(ready()).toBe(2);
  cluster.world.update(DEPLOYMENTS, 'kube-system', 'coredns', draft => {
    draft.spec.replicas = 0;
  });
  cluster.advance(10);
  expect(ready()).toBe(0);
  cluster.world.update(DEPLOYMENTS, 'kube-system', 'coredns', draft => {
    draft.spec.replicas = 3;
  });
  cluster.advance(60);
  expect(ready()).toBe(3);
  cluster.stop();
});

test('a pod on a dead node is not believed for longer than 50 s and comes back 11 s after its kubelet', () => {
  const cluster = manualCluster();
  const ready = (): string => cluster.condition('/nodes', undefined, 'k8s-2', 'Ready').status;
  cluster.advance(20);
  cluster.switches.stoppedKubelets.add('k8s-2');
  cluster.switches.notify();
  cluster.advance(45);
  expect(ready()).toBe('True');
  cluster.advance(20);
  expect(ready()).toBe('Unknown');
  cluster.switches.stoppedKubelets.delete('k8s-2');
  cluster.switches.notify();
  cluster.advance(15);
  expect(ready()).toBe('True');
  cluster.advance(10);
  expect(troubles(cluster.world)).toEqual([]);
  cluster.stop();
});

test('a running kubelet corrects a node that is taken for dead', () => {
  const cluster = manualCluster();
  cluster.world.update('/nodes', undefined, 'k8s-1', draft => {
    Object.assign(draft.status.conditions.at(-1), { status: 'Unknown', reason: 'NodeStatusUnknown' });
  });
  cluster.advance(20);
  expect(cluster.condition('/nodes', undefined, 'k8s-1', 'Ready')).toMatchObject({
    status: 'True',
    reason: 'KubeletReady',
  });
  cluster.stop();
});

test('a namespace that is removed at once gets no service account, and harms nothing', () => {
  const cluster = manualCluster();
  cluster.world.create('/namespaces', { metadata: { name: 'brief' } });
  cluster.world.remove('/namespaces', undefined, 'brief');
  cluster.advance(5);
  expect(cluster.get('/serviceaccounts', 'brief', 'default')).toBeUndefined();
  cluster.stop();
});
