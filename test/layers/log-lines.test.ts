import { describe, expect, it, test } from 'vitest';
import type { LogEvidence } from '../../src/cluster/log-evidence.ts';
import { cniLayer } from '../../src/layers/cni.ts';
import { dnsLayer } from '../../src/layers/dns.ts';
import { fluxLayer } from '../../src/layers/flux.ts';
import { judgeAll } from '../../src/layers/index.ts';
import { field } from '../../src/text/field.ts';
import { ago, NOW, snapshotOf } from '../support/snapshot.ts';
import { type Cluster, healthyCluster, one } from './healthy-cluster.ts';

/** A container that ends again and again, and whose status does not say why. */
function crash(cluster: Cluster, stream: 'pods-system' | 'pods-flux', name: string): void {
  const { status } = one(cluster, stream, name);
  status.conditions = [{ type: 'Ready', status: 'False', lastTransitionTime: ago(200) }];
  status.containerStatuses = [
    {
      name: 'main',
      ready: false,
      restartCount: 5,
      state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 2m40s' } },
      lastState: { terminated: { reason: 'Error', exitCode: 1, finishedAt: ago(20) } },
    },
  ];
}

function said(
  namespace: string,
  name: string,
  text: string,
  more: { readonly at?: number; readonly isFatal?: boolean } = {},
): LogEvidence {
  return {
    pod: { kind: field('Pod'), namespace: field(namespace), name: field(name) },
    container: field('main'),
    previous: true,
    at: NOW - 5_000,
    lines: [{ text: field(text), count: 1, at: more.at ?? NOW - 20_000, isFatal: more.isFatal ?? false }],
    refused: null,
  };
}

const LOOP = '[FATAL] plugin/loop: Loop (127.0.0.1:55953 -> :53) detected for zone "."';
const COREFILE = "/etc/coredns/Corefile:5 - Error during parsing: Unknown directive 'forwrd'";
const NO_TABLE =
  'level=fatal msg="can\'t initialize iptables table `filter\': Table does not exist (do you need to insmod?)"';

describe('CoreDNS that crashes', () => {
  it.each([
    ['S40', LOOP],
    ['S43', COREFILE],
  ])('is explained by %s in its log', (id, text) => {
    const cluster = healthyCluster();
    for (const name of ['coredns-k8s-1', 'coredns-k8s-2']) crash(cluster, 'pods-system', name);
    const bare = dnsLayer.judge(snapshotOf(cluster), new Map());
    expect(bare.findings[0]?.signature).toBeNull();
    const logs = [said('kube-system', 'coredns-k8s-2', text, { isFatal: true })];
    const told = dnsLayer.judge(snapshotOf({ ...cluster, logs }), new Map());
    expect(told.findings[0]).toMatchObject({ problem: 'crashing', signature: id });
    expect(told.findings[0]?.message).toContain(text);
    expect(told.verdict).toBe(bare.verdict);
  });

  it('is told by its Corefile and its log together when they agree', () => {
    const cluster = healthyCluster();
    for (const name of ['coredns-k8s-1', 'coredns-k8s-2']) crash(cluster, 'pods-system', name);
    cluster.objects['config-coredns'] = [
      {
        metadata: { namespace: 'kube-system', name: 'coredns' },
        data: { Corefile: '.:53 {\n    loop\n    forward . 127.0.0.53\n}\n' },
      },
    ];
    const logs = [said('kube-system', 'coredns-k8s-1', LOOP, { isFatal: true })];
    const [first] = dnsLayer.judge(snapshotOf({ ...cluster, logs }), new Map()).findings;
    expect(first?.message).toMatch(/the Corefile forwards to 127\.0\.0\.53.*plugin\/loop: Loop/);
  });
});

describe('an agent of Cilium that crashes', () => {
  it.each([
    ['S24', 'level=error msg="Unable to contact k8s api-server" ipAddr="https://127.0.0.1:7445"', false],
    ['S25', NO_TABLE, true],
    ['S27', 'level=fatal msg="Agent should not be running when cleaning up"', true],
  ])('is explained by %s in its log', (id, text, isFatal) => {
    const cluster = healthyCluster();
    crash(cluster, 'pods-system', 'cilium-k8s-2');
    const bare = cniLayer.judge(snapshotOf(cluster), new Map());
    const logs = [said('kube-system', 'cilium-k8s-2', text, { isFatal })];
    const told = cniLayer.judge(snapshotOf({ ...cluster, logs }), new Map());
    const found = told.findings.find(f => f.nodes?.includes(field('k8s-2')));
    expect(found).toMatchObject({ problem: 'crashing', signature: id });
    expect(found?.message).toContain(text);
    expect(told.verdict).toBe(bare.verdict);
  });

  test('is not explained by a kernel module that is only warned about', () => {
    const cluster = healthyCluster();
    crash(cluster, 'pods-system', 'cilium-k8s-2');
    const logs = [said('kube-system', 'cilium-k8s-2', NO_TABLE.replace('fatal', 'warning'))];
    const { findings } = cniLayer.judge(snapshotOf({ ...cluster, logs }), new Map());
    expect(findings.map(f => f.signature)).not.toContain('S25');
  });
});

test('a controller of Flux that crashes is explained by its log', () => {
  const cluster = healthyCluster();
  crash(cluster, 'pods-flux', 'source-controller-1');
  const text =
    'unable to start manager: Get "https://10.43.0.1:443/api": dial tcp 10.43.0.1:443: i/o timeout';
  const logs = [said('flux-system', 'source-controller-1', text)];
  const { findings } = fluxLayer.judge(snapshotOf({ ...cluster, logs }), new Map());
  expect(findings.find(f => f.object?.name === 'source-controller')).toMatchObject({ signature: 'S35' });
});

test('what a process ended by counts more than what it wrote later', () => {
  const cluster = healthyCluster();
  for (const name of ['coredns-k8s-1', 'coredns-k8s-2']) crash(cluster, 'pods-system', name);
  const logs = [
    said('kube-system', 'coredns-k8s-1', '[INFO] plugin/ready: Plugins not ready: "kubernetes"', { at: NOW }),
    { ...said('kube-system', 'coredns-k8s-1', LOOP, { isFatal: true }), previous: false },
  ];
  const [first] = dnsLayer.judge(snapshotOf({ ...cluster, logs }), new Map()).findings;
  expect(first?.signature).toBe('S40');
});

test('lines older than ten minutes explain nothing any more', () => {
  const cluster = healthyCluster();
  for (const name of ['coredns-k8s-1', 'coredns-k8s-2']) crash(cluster, 'pods-system', name);
  const logs = [said('kube-system', 'coredns-k8s-1', LOOP, { isFatal: true, at: NOW - 601_000 })];
  const [first] = dnsLayer.judge(snapshotOf({ ...cluster, logs }), new Map()).findings;
  expect(first?.signature).toBeNull();
});

test('no line makes a layer worse than its objects say', () => {
  const cluster = healthyCluster();
  const everywhere = [
    ...['cilium-k8s-1', 'coredns-k8s-1', 'coredns-k8s-2'].map(name => ['kube-system', name] as const),
    ...['source-controller-1', 'kustomize-controller-1'].map(name => ['flux-system', name] as const),
  ];
  const logs = everywhere.flatMap(([namespace, name]) =>
    [LOOP, COREFILE, NO_TABLE].map(text => said(namespace, name, text, { isFatal: true })),
  );
  const verdicts = (given: Cluster & { readonly logs?: readonly LogEvidence[] }) =>
    [...judgeAll(snapshotOf(given))].map(([id, { verdict, findings }]) => [id, verdict, findings.length]);
  expect(verdicts({ ...cluster, logs })).toEqual(verdicts(cluster));
});
