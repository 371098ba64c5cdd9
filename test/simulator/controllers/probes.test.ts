import { expect, test } from 'vitest';
import { dnsWorks } from '../../../src/simulator/controllers/coredns.ts';
import { type ManualCluster, manualCluster } from './manual-cluster.ts';

function probe(cluster: ManualCluster, script: string, node = 'k8s-2'): void {
  cluster.world.create('/pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'probe', namespace: 'default' },
    spec: {
      restartPolicy: 'Never',
      nodeName: node,
      activeDeadlineSeconds: 90,
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'probe', image: 'docker.io/library/busybox:1.36', command: ['sh', '-c', script] }],
    },
  });
}

function said(cluster: ManualCluster): string {
  return (cluster.behaviour.logs.get('default/probe/probe') ?? []).map(line => line.slice(25)).join('\n');
}

test('a probe pod gets its answer from the cluster resolver', () => {
  const cluster = manualCluster();
  probe(cluster, 'nslookup kubernetes.default.svc.cluster.local. 10.43.0.10');
  cluster.advance(10);
  const pod = cluster.get('/pods', 'default', 'probe');
  expect(pod.status.phase).toBe('Succeeded');
  expect(pod.status.podIP).toMatch(/^10\.42\.1\./);
  expect(said(cluster)).toContain('Name:\tkubernetes.default.svc.cluster.local\nAddress: 10.43.0.1');
  cluster.stop();
});

test('a short name is NXDOMAIN on a healthy cluster, as busybox asks it', () => {
  const cluster = manualCluster();
  probe(cluster, 'nslookup kubernetes.default');
  cluster.advance(10);
  expect(cluster.get('/pods', 'default', 'probe').status.phase).toBe('Failed');
  expect(said(cluster)).toContain("** server can't find kubernetes.default: NXDOMAIN");
  cluster.stop();
});

test('without CoreDNS nobody answers, though each pod address can be asked by itself', () => {
  const cluster = manualCluster();
  cluster.world.remove('/services', 'kube-system', 'kube-dns');
  cluster.advance(1);
  expect(dnsWorks(cluster)).toBe(false);
  const [coredns] = cluster.pods('kube-system', 'k8s-app', 'kube-dns');
  const name = 'kubernetes.default.svc.cluster.local.';
  probe(cluster, `nslookup ${name} 10.43.0.10; nslookup ${name} ${coredns?.status.podIP}`);
  cluster.advance(20);
  expect(said(cluster)).toMatch(
    /connection timed out; no servers could be reached[\s\S]*Address: 10\.43\.0\.1/,
  );
  cluster.stop();
});

test('without an agent the probe gets no sandbox, and its deadline ends it', () => {
  const cluster = manualCluster();
  cluster.world.remove('apps/daemonsets', 'kube-system', 'cilium');
  cluster.advance(10);
  probe(cluster, 'nslookup kubernetes.default.svc.cluster.local.');
  cluster.advance(30);
  expect(cluster.get('/pods', 'default', 'probe').status.podIP).toBeUndefined();
  expect(cluster.warnings().join()).toMatch(/FailedCreatePodSandBox/);
  cluster.advance(90);
  expect(cluster.get('/pods', 'default', 'probe').status).toMatchObject({
    phase: 'Failed',
    reason: 'DeadlineExceeded',
  });
  cluster.stop();
});

test('the API server reaches CoreDNS through the pod proxy while the process runs', () => {
  const cluster = manualCluster();
  const [pod] = cluster.pods('kube-system', 'k8s-app', 'kube-dns');
  const name = pod?.metadata.name ?? '';
  expect(cluster.behaviour.podProxy('kube-system', name, 8181, '/ready')).toEqual({
    status: 200,
    body: 'OK',
  });
  expect(cluster.behaviour.podProxy('kube-system', name, 1234, '/')).toBeUndefined();
  cluster.switches.deadNodes.add(pod?.spec.nodeName);
  expect(cluster.behaviour.podProxy('kube-system', name, 8181, '/ready')).toBeUndefined();
  cluster.stop();
});
