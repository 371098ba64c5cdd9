import { expect, test } from 'vitest';
import type { ProbeOutcome, ProbeResult } from '../../src/cluster/probe-results.ts';
import { judgeAll } from '../../src/layers/index.ts';
import { field } from '../../src/text/field.ts';
import { NOW, snapshotOf } from '../support/snapshot.ts';
import { type Cluster, healthyCluster, NODES } from './healthy-cluster.ts';
import { daemonSet } from './raw-objects.ts';

function judged(probes: readonly ProbeResult[], change: (cluster: Cluster) => void = () => {}) {
  const cluster = healthyCluster();
  change(cluster);
  const judgements = judgeAll(snapshotOf({ ...cluster, probes }));
  return (id: 'cni' | 'pod-network' | 'dns' | 'service-discovery') => judgements.get(id);
}

function pod(node: string, more: Partial<ProbeResult>): ProbeResult {
  const name = field(node);
  const base = {
    id: 'P6',
    target: name,
    node: name,
    at: NOW - 120_000,
    ok: true,
    evidence: [],
    answers: [],
  } as const;
  return { ...base, message: field(`a pod on ${node} got no network`), ...more };
}

const names = (resolver: ProbeOutcome, byPod: ProbeOutcome): Partial<ProbeResult> => ({
  stage: 'answered',
  answers: [
    { question: 'name-by-resolver', to: field('x.'), outcome: resolver, said: field(resolver) },
    { question: 'name-by-pod', to: field('10.0.0.1'), outcome: byPod, said: field(byPod) },
  ],
});

test('probes that go well change nothing on a healthy cluster', () => {
  const layer = judged(NODES.map(node => pod(node, names('answered', 'answered'))));
  const { summary: _, ...dns } = judged([])('dns') ?? {};
  expect(layer('dns')).toMatchObject(dns);
  expect(layer('pod-network')?.verdict).toBe('healthy');
});

test('a probe that got a network is the proof that a quiet node lacks', () => {
  const quiet = (cluster: Cluster) => cluster.byNode.delete('k8s-3');
  expect(judged([], quiet)('pod-network')).toMatchObject({ verdict: 'unknown', reason: 'no-evidence' });
  expect(judged([pod('k8s-3', { stage: 'sandbox' })], quiet)('pod-network')?.verdict).toBe('healthy');
});

test('a failed probe is worse than every status that says Ready, and names its node', () => {
  const failed = pod('k8s-2', { ok: false, stage: 'scheduled' });
  expect(judged([failed, pod('k8s-1', { stage: 'sandbox' })])('pod-network')).toMatchObject({
    verdict: 'degraded',
    reason: null,
    findings: [
      {
        problem: 'probe-failed',
        object: { kind: 'Node', name: 'k8s-2' },
        nodes: ['k8s-2'],
        message: 'a pod on k8s-2 got no network (probe P6, 2m ago)',
      },
    ],
  });
  expect(judged([failed])('pod-network')?.verdict).toBe('down');
});

test('CoreDNS that answers at its pods and not at its Service is a fault of service discovery', () => {
  const layer = judged([pod('k8s-1', names('silent', 'answered'))]);
  expect(layer('dns')?.verdict).toBe('healthy');
  expect(layer('service-discovery')).toMatchObject({
    verdict: 'down',
    findings: [{ problem: 'probe-failed' }],
  });
});

const behind = (fresh: ProbeOutcome): Partial<ProbeResult> => ({
  stage: 'answered',
  answers: [
    { question: 'name-by-pod', to: field('10.0.0.1'), outcome: 'answered', said: field('10.96.0.1') },
    { question: 'port-of-pod', to: field('10.0.0.1:53'), outcome: 'answered', said: field('open') },
    { question: 'fresh-service', to: field('10.96.7.7:53'), outcome: fresh, said: field(fresh) },
  ],
});

test.each([
  ['a process of the node, by the node', null, { kind: 'Node', name: 'k8s-2' }],
  ['kube-proxy', 'kube-proxy', { kind: 'DaemonSet', namespace: 'kube-system', name: 'kube-proxy' }],
  ['the agent that replaces it', 'cilium', { kind: 'DaemonSet', namespace: 'kube-system', name: 'cilium' }],
])('changes of Services that a node does not follow are charged to %s', (_who, router, object) => {
  const change = ({ objects }: Cluster): void => {
    const name = 'cilium-config';
    const data = { 'kube-proxy-replacement': String(router === 'cilium') };
    objects['config-cilium'] = [{ metadata: { namespace: 'kube-system', name }, data }];
    const labels = { 'k8s-app': 'kube-proxy' };
    if (router === 'kube-proxy')
      objects.daemonsets?.push(daemonSet('kube-system', 'kube-proxy', labels, 'example.test/kube-proxy:v1'));
  };
  const layer = judged([pod('k8s-1', behind('answered')), pod('k8s-2', behind('silent'))], change);
  expect(layer('cni')?.verdict).toBe('degraded');
  expect(layer('cni')?.findings).toContainEqual(
    expect.objectContaining({
      problem: 'service-routing',
      nodes: ['k8s-2'],
      object: expect.objectContaining(object),
    }),
  );
});

test('a new Service that leads to a CoreDNS which is out of reach says nothing', () => {
  const silent = behind('silent').answers?.map(answer => ({ ...answer, outcome: 'silent' as const }));
  expect(judged([pod('k8s-1', { stage: 'answered', answers: silent ?? [] })])('cni')?.verdict).toBe(
    'healthy',
  );
});

test('one pod that is cut off is named, and speaks for no more than itself', () => {
  const silent = [
    { question: 'name-by-pod', to: field('10.0.0.1'), outcome: 'silent', said: field('silent') },
  ];
  const cut = pod('k8s-2', {
    id: 'P5',
    target: field('media/plex'),
    answers: silent as ProbeResult['answers'],
  });
  expect(judged([cut])('dns')).toMatchObject({
    verdict: 'degraded',
    findings: [{ severity: 'warning', object: { kind: 'Pod', namespace: 'media', name: 'plex' } }],
  });
});

test('a probe of eleven minutes ago says nothing', () => {
  const old = pod('k8s-2', { ok: false, stage: 'scheduled', at: NOW - 660_000 });
  expect(judged([old])('pod-network')?.verdict).toBe('healthy');
});

test('a healthy layer says when it was asked last, and how fast the answer came', () => {
  const asked: ProbeResult = {
    id: 'P2',
    target: field('kube-system/coredns-1'),
    node: field('k8s-1'),
    at: NOW - 70_000,
    ok: true,
    latencyMs: 3,
    message: field('answers'),
    evidence: [],
    answers: [],
  };
  expect(judged([asked])('dns')?.summary).toMatch(/ · answered 1m ago, 3 ms$/);
  const silent = { ...asked, ok: false, at: NOW - 10_000 };
  expect(judged([silent])('dns')?.summary).not.toContain('ms');
  expect(judged([pod('k8s-1', { stage: 'sandbox' })])('pod-network')?.summary).toMatch(/ · probed 2m ago$/);
});
