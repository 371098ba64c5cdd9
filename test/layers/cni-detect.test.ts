import { describe, expect, test } from 'vitest';
import { cniLayer } from '../../src/layers/cni.ts';
import { snapshotOf } from '../support/snapshot.ts';
import { all, type Cluster, healthyCluster, NODES, withoutCilium } from './healthy-cluster.ts';
import { daemonSet, deployment, pod, type Raw } from './raw-objects.ts';

const judge = (change: (cluster: Cluster) => void = () => {}) => {
  const cluster = healthyCluster();
  change(cluster);
  return cniLayer.judge(snapshotOf(cluster), new Map());
};
const told = (judged: ReturnType<typeof judge>) => judged.findings.map(f => `${f.severity} ${f.problem}`);

function install(cluster: Cluster, namespace: string, name: string, labels: Raw): void {
  withoutCilium(cluster);
  all(cluster, 'daemonsets').push(daemonSet(namespace, name, labels, `example.test/${name}:v3.29.1`));
  const stream = namespace === 'kube-system' ? 'pods-system' : 'pods-cni';
  all(cluster, stream).push(...NODES.map(node => pod(namespace, `${name}-${node}`, node, labels, true)));
}

function withKubeProxy(cluster: Cluster): void {
  const labels = { 'k8s-app': 'kube-proxy' };
  all(cluster, 'daemonsets').push(daemonSet('kube-system', 'kube-proxy', labels, 'x/kube-proxy:v1.33.1'));
  all(cluster, 'pods-system').push(
    ...NODES.map(node => pod('kube-system', `kube-proxy-${node}`, node, labels, true)),
  );
}

describe('recognises', () => {
  test.each([
    ['Calico', 'kube-system', 'calico-node', { 'k8s-app': 'calico-node' }],
    ['Calico', 'calico-system', 'calico-node', { 'k8s-app': 'calico-node' }],
    ['Flannel', 'kube-flannel', 'kube-flannel-ds', { 'k8s-app': 'flannel', app: 'flannel' }],
    ['Flannel', 'kube-system', 'kube-flannel', { 'k8s-app': 'flannel' }],
    ['kube-router', 'kube-system', 'kube-router', { 'k8s-app': 'kube-router' }],
    ['Canal', 'kube-system', 'rke2-canal', { 'k8s-app': 'canal' }],
    ['kindnet', 'kube-system', 'kindnet', { 'k8s-app': 'kindnet' }],
  ])('%s in %s', (name, namespace, agent, labels) => {
    const judged = judge(cluster => {
      install(cluster, namespace, agent, labels);
      withKubeProxy(cluster);
      if (name === 'Calico') {
        const operator = { 'k8s-app': 'calico-kube-controllers' };
        const [pods, deployments] =
          namespace === 'kube-system'
            ? (['pods-system', 'deployments-system'] as const)
            : (['pods-cni', 'deployments-cni'] as const);
        all(cluster, deployments).push(deployment(namespace, 'calico-kube-controllers', operator, 1));
        all(cluster, pods).push(pod(namespace, 'calico-kube-controllers-1', 'k8s-1', operator));
      }
    });
    expect(judged.verdict).toBe('healthy');
    expect(judged.summary).toMatch(new RegExp(`^${name} 3\\.29\\.1 · agents 3/3`));
  });

  test('Flannel inside k3s as something that cannot be seen', () => {
    const judged = judge(cluster => {
      withoutCilium(cluster);
      for (const node of all(cluster, 'nodes')) {
        node.metadata.annotations = { 'flannel.alpha.coreos.com/backend-type': 'vxlan' };
        node.status.nodeInfo.kubeletVersion = 'v1.33.1+k3s1';
      }
    });
    expect(judged).toMatchObject({ verdict: 'unknown', reason: 'not-observable' });
  });

  test('nothing, when nothing is there and all works', () => {
    expect(judge(withoutCilium)).toMatchObject({ verdict: 'unknown', reason: 'not-observable' });
  });

  test('two rivals', () => {
    const judged = judge(cluster => {
      const labels = { 'k8s-app': 'calico-node' };
      all(cluster, 'daemonsets').push(daemonSet('kube-system', 'calico-node', labels, 'x/calico:v3'));
    });
    expect(told(judged)).toContain('warning conflict');
  });
});
