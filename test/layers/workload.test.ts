import { describe, expect, test } from 'vitest';
import { podsMatching } from '../../src/layers/pods.ts';
import { daemonSetReport, deploymentReport } from '../../src/layers/workload.ts';
import { ago, snapshotOf } from '../support/snapshot.ts';
import { all, type Cluster, drop, healthyCluster, one } from './healthy-cluster.ts';
import { condition, type Raw } from './raw-objects.ts';

function deployment(change: (deployment: Raw, pods: Raw[], cluster: Cluster) => void) {
  const cluster = healthyCluster();
  const pods = all(cluster, 'pods-system').filter(pod => pod.metadata.name.startsWith('coredns'));
  change(one(cluster, 'deployments-system', 'coredns'), pods, cluster);
  const snapshot = snapshotOf(cluster);
  const object = snapshot.streams['deployments-system'].items.get('kube-system/coredns');
  return deploymentReport(snapshot, object, podsMatching(snapshot, 'kube-system', { 'k8s-app': 'kube-dns' }));
}

function daemonSet(change: (daemonSet: Raw, pods: Raw[], cluster: Cluster) => void) {
  const cluster = healthyCluster();
  const pods = all(cluster, 'pods-system').filter(pod => pod.metadata.name.startsWith('cilium-k8s'));
  change(one(cluster, 'daemonsets', 'cilium'), pods, cluster);
  const snapshot = snapshotOf(cluster);
  const object = snapshot.streams.daemonsets.items.get('kube-system/cilium');
  return daemonSetReport(snapshot, object, podsMatching(snapshot, 'kube-system', { 'k8s-app': 'cilium' }));
}

const unready = (pod: Raw, started: number) => {
  pod.metadata.creationTimestamp = ago(started);
  pod.status.startTime = ago(started);
  pod.status.conditions[1] = condition(
    'Ready',
    'False',
    { message: 'containers with unready status' },
    started,
  );
};
const crash = (pod: Raw) => {
  unready(pod, 600);
  pod.status.containerStatuses[0].state = { waiting: { reason: 'CrashLoopBackOff' } };
};

describe('a Deployment', () => {
  test('is healthy when all its pods are ready on living nodes', () => {
    expect(deployment(() => {})).toMatchObject({
      verdict: 'healthy',
      ready: 2,
      wanted: 2,
      problem: null,
      message: null,
    });
  });

  test('counts a pod on a silent node as not ready, whatever its status says', () => {
    const report = deployment((_, _pods, cluster) => {
      one(cluster, 'node-leases', 'k8s-2').spec.renewTime = ago(100);
    });
    expect(report).toMatchObject({ verdict: 'degraded', ready: 1, problem: 'not-ready' });
    expect(report.message).toBe('1 of 2 ready: on k8s-2, which is silent');
  });

  test('is down when missing or when scaled to zero', () => {
    expect(deploymentReport(snapshotOf(), undefined, null)).toMatchObject({
      verdict: 'down',
      problem: 'missing',
    });
    expect(deployment(d => (d.spec.replicas = 0))).toMatchObject({
      verdict: 'down',
      problem: 'scaled-to-zero',
    });
  });

  test('is progressing while a rollout moves, also with none ready', () => {
    const report = deployment((d, pods) => {
      d.status.conditions[1] = condition('Progressing', 'True', { reason: 'ReplicaSetUpdated' }, 30);
      for (const pod of pods) unready(pod, 30);
    });
    expect(report).toMatchObject({ verdict: 'progressing', ready: 0, problem: 'rolling-out' });
  });

  test('is not excused by a rollout whose pods crash', () => {
    const report = deployment((d, pods) => {
      d.status.conditions[1] = condition('Progressing', 'True', { reason: 'ReplicaSetUpdated' }, 30);
      for (const pod of pods) crash(pod);
    });
    expect(report).toMatchObject({ verdict: 'down', problem: 'crashing' });
  });

  test('says when a rollout passed its deadline', () => {
    const report = deployment((d, pods) => {
      d.status.conditions[1] = condition('Progressing', 'False', { reason: 'ProgressDeadlineExceeded' }, 60);
      unready(pods[0], 700);
    });
    expect(report).toMatchObject({ verdict: 'degraded', problem: 'rollout-stuck' });
  });

  test('says so as well when the old pods still serve', () => {
    const report = deployment((d, pods, cluster) => {
      d.status.conditions[1] = condition('Progressing', 'False', { reason: 'ProgressDeadlineExceeded' }, 60);
      const fresh = structuredClone(pods[0]);
      fresh.metadata.name = 'coredns-new';
      crash(fresh);
      all(cluster, 'pods-system').push(fresh);
    });
    expect(report).toMatchObject({ verdict: 'degraded', ready: 2, problem: 'rollout-stuck' });
    expect(report.message).toBe('rollout passed its deadline, 2 of 2 ready: CrashLoopBackOff');
  });

  test('tells why its pods cannot be created', () => {
    const report = deployment((d, pods, cluster) => {
      const message = 'exceeded quota: pods';
      d.status.conditions.push(condition('ReplicaFailure', 'True', { reason: 'FailedCreate', message }, 60));
      drop(cluster, 'pods-system', name => pods.some(pod => pod.metadata.name === name));
    });
    expect(report).toMatchObject({ verdict: 'down', problem: 'stuck', message: 'exceeded quota: pods' });
  });

  test('ignores evicted leftovers while enough pods are ready', () => {
    const report = deployment((_, pods, cluster) => {
      const left = structuredClone(pods[0]);
      left.metadata.name = 'coredns-evicted';
      Object.assign(left.status, { phase: 'Failed', reason: 'Evicted' });
      all(cluster, 'pods-system').push(left);
    });
    expect(report.verdict).toBe('healthy');
  });

  test('falls back on its status when pods cannot be read', () => {
    const cluster = healthyCluster();
    one(cluster, 'deployments-system', 'coredns').status.availableReplicas = 1;
    const snapshot = snapshotOf(cluster);
    const object = snapshot.streams['deployments-system'].items.get('kube-system/coredns');
    expect(deploymentReport(snapshot, object, null)).toMatchObject({
      verdict: 'degraded',
      ready: 1,
      wanted: 2,
    });
  });
});

describe('a DaemonSet', () => {
  test('is healthy with a ready pod for each node it means', () => {
    expect(daemonSet(() => {})).toMatchObject({ verdict: 'healthy', ready: 3, wanted: 3 });
  });

  test('that means no node though there are some is down', () => {
    const report = daemonSet(set => (set.status.desiredNumberScheduled = 0));
    expect(report).toMatchObject({ verdict: 'down', problem: 'not-scheduled', wanted: 3 });
  });

  test('is progressing while its only unready pods are young', () => {
    expect(daemonSet((_, pods) => unready(pods[0], 20)).verdict).toBe('progressing');
    expect(daemonSet((_, pods) => unready(pods[0], 200)).verdict).toBe('degraded');
  });

  test('of a minute ago is healthy as soon as all its pods are ready', () => {
    expect(daemonSet(set => (set.metadata.creationTimestamp = ago(60))).verdict).toBe('healthy');
  });

  test('lacks pods that were never created', () => {
    const report = daemonSet((_, _pods, cluster) =>
      drop(cluster, 'pods-system', name => name === 'cilium-k8s-1'),
    );
    expect(report).toMatchObject({
      verdict: 'degraded',
      problem: 'agent-missing',
      message: '1 of 3 pods do not exist',
    });
  });
});

test.each([
  [{ reason: 'ErrImagePull', message: 'denied' }, 'image-pull', 'ErrImagePull: denied'],
  [
    { reason: 'CreateContainerConfigError', message: 'secret "x" not found' },
    'stuck',
    'CreateContainerConfigError: secret "x" not found',
  ],
] as const)('a container waiting with %j is %s', (waiting, problem, message) => {
  const report = deployment((_, pods) => {
    for (const pod of pods) {
      unready(pod, 600);
      pod.status.containerStatuses[0].state = { waiting };
    }
  });
  expect(report).toMatchObject({ verdict: 'down', problem, message: `0 of 2 ready: ${message}` });
});

test('a crash tells how the container ended', () => {
  const report = deployment((_, pods) => {
    for (const pod of pods) {
      crash(pod);
      Object.assign(pod.status.containerStatuses[0], {
        restartCount: 7,
        lastState: { terminated: { reason: 'Error', exitCode: 1, message: 'plugin/loop: Loop' } },
      });
    }
  });
  expect(report.message).toBe(
    '0 of 2 ready: CrashLoopBackOff: Error, exit 1: plugin/loop: Loop (7 restarts)',
  );
});

test('an unplaced pod tells what the scheduler said', () => {
  const report = deployment((_, pods) => {
    for (const pod of pods) {
      pod.metadata.creationTimestamp = ago(600);
      delete pod.spec.nodeName;
      pod.status = {
        phase: 'Pending',
        conditions: [
          condition(
            'PodScheduled',
            'False',
            { reason: 'Unschedulable', message: '0/3 nodes are available' },
            600,
          ),
        ],
      };
    }
  });
  expect(report).toMatchObject({
    problem: 'not-scheduled',
    message: '0 of 2 ready: Pending: 0/3 nodes are available',
  });
});
