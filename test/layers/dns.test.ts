import { describe, expect, it } from 'vitest';
import { dnsLayer } from '../../src/layers/dns.ts';
import type { Judgement, LayerId } from '../../src/layers/layer.ts';
import { ago, type Given, NOW, snapshotOf } from '../support/snapshot.ts';
import {
  crashingPod,
  creatingPod,
  daemonSet,
  deployment,
  nodeLeases,
  nodes,
  readyPod,
  release,
  warning,
} from './made.ts';

const labels = { 'k8s-app': 'kube-dns' };
const image = 'registry.k8s.io/coredns/coredns:v1.12.1';
const coredns = (given: Parameters<typeof deployment>[2] = {}) =>
  deployment('kube-system', 'coredns', { replicas: 2, podLabels: labels, labels, image, ...given });
const pod = (name: string, node: string) => readyPod('kube-system', name, node, labels);
const twoNodes = {
  nodes: nodes('k8s-1', 'k8s-2'),
  'node-leases': nodeLeases('k8s-1', 'k8s-2'),
};

const judge = (
  objects: NonNullable<Given['objects']>,
  given: Given = {},
  below: ReadonlyMap<LayerId, Judgement> = new Map(),
) => dnsLayer.judge(snapshotOf({ ...given, objects: { ...twoNodes, ...objects } }), below);
const problems = (judged: Judgement) => judged.findings.map(f => f.problem);

const healthy = {
  'deployments-system': [coredns()],
  'pods-system': [pod('coredns-a', 'k8s-1'), pod('coredns-b', 'k8s-2')],
};
const crashing = (end: Record<string, unknown>) => ({
  'deployments-system': [coredns({ ready: 0 })],
  'pods-system': ['a', 'b'].map((x, i) =>
    crashingPod('kube-system', `coredns-${x}`, `k8s-${i + 1}`, labels, end),
  ),
});

describe('CoreDNS', () => {
  it('is healthy with two ready pods on two nodes', () => {
    const judged = judge(healthy);
    expect(judged).toMatchObject({ verdict: 'healthy', findings: [], measure: { ready: 2, wanted: 2 } });
    expect(judged.summary).toBe('2/2 ready on 2 nodes');
  });

  it.each([
    [
      'the chart with its own labels',
      deployment('kube-system', 'dns-coredns', { podLabels: { 'k8s-app': 'coredns' }, image }),
    ],
    [
      'RKE2',
      deployment('kube-system', 'rke2-coredns-rke2-coredns', {
        podLabels: labels,
        image: 'rancher/hardened-coredns:v1.12.0-build1',
      }),
    ],
    [
      'k3s',
      deployment('kube-system', 'coredns', {
        podLabels: labels,
        image: 'rancher/mirrored-coredns-coredns:1.12.0',
      }),
    ],
  ])('is found as installed by %s', (_, object) => {
    const podLabels = object.spec.selector.matchLabels;
    const autoscaler = deployment('kube-system', 'a-coredns-autoscaler', {
      replicas: 0,
      image: 'rancher/hardened-cluster-autoscaler:v1',
    });
    const judged = judge({
      'deployments-system': [autoscaler, object],
      'pods-system': [readyPod('kube-system', 'x', 'k8s-1', podLabels)],
    });
    expect(judged).toMatchObject({ verdict: 'healthy', measure: { ready: 1, wanted: 1 } });
  });

  it('is noted, not blamed, when all its pods share one node', () => {
    const judged = judge({
      ...healthy,
      'pods-system': [pod('coredns-a', 'k8s-1'), pod('coredns-b', 'k8s-1')],
    });
    expect(judged.verdict).toBe('healthy');
    expect(judged.findings).toMatchObject([{ problem: 'single-point', severity: 'note' }]);
  });

  it('is down when scaled to zero', () => {
    const judged = judge({ 'deployments-system': [coredns({ replicas: 0 })] });
    expect(judged.verdict).toBe('down');
    expect(judged.findings).toMatchObject([
      {
        problem: 'scaled-to-zero',
        severity: 'critical',
        object: { kind: 'Deployment', namespace: 'kube-system', name: 'coredns' },
      },
    ]);
    expect(judged.summary).toBe('coredns scaled to zero');
  });

  it('is down when missing, and says what Helm believes', () => {
    const judged = judge({ 'helm-releases': [release('kube-system', 'coredns', 3, 'deployed')] });
    expect(judged.verdict).toBe('down');
    expect(judged.findings[0]).toMatchObject({ problem: 'missing', object: { name: 'coredns' } });
    expect(judged.findings[0]?.message).toBe(
      'does not exist, though Helm says release coredns rev 3 is deployed',
    );
    expect(judge({}).findings[0]?.message).toBe('does not exist');
  });

  it.each([
    ['S40', '[FATAL] plugin/loop: Loop (127.0.0.1:55953 -> :53) detected for zone "."'],
    ['S43', "/etc/coredns/Corefile:5 - Error during parsing: Unknown directive 'forwrd'"],
  ])('crashes for a known reason: %s', (signature, message) => {
    const judged = judge(crashing({ message }));
    expect(judged.verdict).toBe('down');
    expect(judged.findings).toMatchObject([{ problem: 'crashing', severity: 'critical', signature }]);
    expect(judged.findings[0]?.message).toContain(message.slice(0, 30));
    expect(judged.summary).toBe('0/2 ready · CrashLoopBackOff');
  });

  it.each([
    ['unknown directive forwrd', '.:53 {\n    errors\n    forwrd . /etc/resolv.conf\n}\n'],
    ['opening brace', '.:53 {\n    errors\n    kubernetes cluster.local {\n      ttl 30\n}\n'],
  ])('is told from its Corefile when the container says nothing: %s', (text, Corefile) => {
    const config = { metadata: { name: 'coredns', namespace: 'kube-system' }, data: { Corefile } };
    const judged = judge({ ...crashing({}), 'config-coredns': [config] });
    expect(judged.findings[0]).toMatchObject({ problem: 'crashing', signature: 'S43' });
    expect(judged.findings[0]?.message).toContain(text);
  });

  it('is told to forward to itself by its Corefile', () => {
    const Corefile = '.:53 {\n    forward . 127.0.0.53\n    loop\n}\n';
    const config = { metadata: { name: 'coredns', namespace: 'kube-system' }, data: { Corefile } };
    const judged = judge({ ...crashing({}), 'config-coredns': [config] });
    expect(judged.findings[0]).toMatchObject({ problem: 'crashing', signature: 'S40' });
    expect(judged.findings[0]?.message).toContain('forwards to 127.0.0.53');
  });

  it('has no opinion on an odd Corefile while it runs, nor on a good one', () => {
    const Corefile =
      '.:53 {\n    errors\n    health {\n        lameduck 5s\n    }\n    kubernetes cluster.local in-addr.arpa {\n        pods insecure\n    }\n    forward . /etc/resolv.conf\n    loop # guard\n}\nhome.arpa {\n    k8s_gateway\n}\n';
    const config = { metadata: { name: 'coredns', namespace: 'kube-system' }, data: { Corefile } };
    expect(judge({ ...healthy, 'config-coredns': [config] }).findings).toEqual([]);
    const good = { ...config, data: { Corefile: Corefile.slice(0, Corefile.indexOf('home.arpa')) } };
    expect(judge({ ...crashing({}), 'config-coredns': [good] }).findings[0]?.signature).toBeNull();
  });

  it('is degraded with one of two pods left', () => {
    const judged = judge({
      'deployments-system': [coredns({ ready: 1 })],
      'pods-system': [pod('coredns-a', 'k8s-1')],
    });
    expect(judged.verdict).toBe('degraded');
    expect(judged.findings).toMatchObject([{ problem: 'single-point', severity: 'warning' }]);
  });

  it('does not count a pod whose node went silent, though it says Ready', () => {
    const judged = judge({
      ...healthy,
      'node-leases': nodeLeases('k8s-1', 'k8s-2').map((lease, i) =>
        i === 0 ? lease : { ...lease, spec: { ...lease.spec, renewTime: ago(300) } },
      ),
    });
    expect(judged).toMatchObject({ verdict: 'degraded', measure: { ready: 1, wanted: 2 } });
  });

  it('waits for a sandbox: charged to the CNI while that has trouble, to nobody else once it is well', () => {
    const message =
      'Failed to create pod sandbox: plugin type="cilium-cni" failed (add): unable to connect to Cilium agent: dial unix /var/run/cilium/cilium.sock: connect: no such file or directory';
    const objects = {
      'deployments-system': [coredns({ ready: 0 })],
      'pods-system': [creatingPod('kube-system', 'coredns-a', 'k8s-1', labels)],
      events: [warning('kube-system', 'coredns-a', 'FailedCreatePodSandBox', message)],
    };
    const cni = (verdict: Judgement['verdict']) => new Map([['cni', { verdict } as Judgement] as const]);
    expect(judge(objects, {}, cni('down')).findings[0]).toMatchObject({
      problem: 'stuck',
      signature: 'S20',
      chargedTo: 'cni',
    });
    expect(judge(objects, {}, cni('healthy')).findings[0]?.chargedTo).toBeNull();
    expect(judge(objects).summary).toBe('0/2 ready · ContainerCreating');
  });

  it('cannot pull its image', () => {
    const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image' };
    const judged = judge({
      'deployments-system': [coredns({ replicas: 1, ready: 0 })],
      'pods-system': [
        readyPod('kube-system', 'coredns-a', 'k8s-1', labels, {
          phase: 'Pending',
          conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: ago(400) }],
          containerStatuses: [{ name: 'main', restartCount: 0, state: { waiting } }],
        }),
      ],
    });
    expect(judged).toMatchObject({ verdict: 'down' });
    expect(judged.findings).toMatchObject([{ problem: 'image-pull', signature: 'S84' }]);
  });

  it('is hurt where NodeLocal DNSCache is missing', () => {
    const cache = daemonSet('kube-system', 'node-local-dns', { podLabels: { 'k8s-app': 'node-local-dns' } });
    const judged = judge({
      ...healthy,
      daemonsets: [cache],
      'pods-system': [
        ...healthy['pods-system'],
        readyPod('kube-system', 'nld-a', 'k8s-1', { 'k8s-app': 'node-local-dns' }),
      ],
    });
    expect(judged.verdict).toBe('degraded');
    expect(judged.findings).toMatchObject([{ object: { kind: 'DaemonSet', name: 'node-local-dns' } }]);
  });

  it('stays calm about restarts of long ago', () => {
    const old = {
      containerStatuses: [
        {
          name: 'main',
          restartCount: 41,
          state: { running: { startedAt: ago(9e5) } },
          lastState: { terminated: { reason: 'Error', exitCode: 1, finishedAt: ago(9e5) } },
        },
      ],
    };
    const judged = judge({
      ...healthy,
      'pods-system': [readyPod('kube-system', 'a', 'k8s-1', labels, old), pod('b', 'k8s-2')],
    });
    expect(judged).toMatchObject({ verdict: 'healthy', findings: [] });
  });

  it('is not green on old news, and unknown without access', () => {
    const stale = { state: 'stale', confirmedAt: NOW - 90_000, reason: 'silent', message: 'x' } as never;
    expect(judge(healthy, { freshness: { 'pods-system': stale } })).toMatchObject({
      verdict: 'unknown',
      reason: 'stale',
      stale: true,
      summary: '2/2 ready on 2 nodes',
    });
    const refused = { state: 'failed', reason: 'rbac', message: 'no' } as never;
    expect(judge(healthy, { freshness: { 'deployments-system': refused } })).toMatchObject({
      verdict: 'unknown',
      reason: 'rbac',
    });
    const noEvents = judge(healthy, { freshness: { events: refused } });
    expect(noEvents.verdict).toBe('healthy');
    expect(problems(noEvents)).toEqual(['not-readable']);
  });
});
