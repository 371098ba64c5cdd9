import { describe, expect, test } from 'vitest';
import { nodesLayer } from '../../src/layers/nodes.ts';
import { ago, NOW, snapshotOf } from '../support/snapshot.ts';
import { all, type Cluster, healthyCluster, one } from './healthy-cluster.ts';
import { condition, NO_CNI, setReady } from './raw-objects.ts';

const judge = (change: (cluster: Cluster) => void = () => {}) => {
  const cluster = healthyCluster();
  change(cluster);
  return nodesLayer.judge(snapshotOf(cluster), new Map());
};
const problems = (judged: ReturnType<typeof judge>) => judged.findings.map(f => `${f.severity} ${f.problem}`);

describe('waiting for the CNI', () => {
  test('is neither green nor red, and is charged to the CNI', () => {
    const judged = judge(cluster => {
      for (const node of all(cluster, 'nodes')) setReady(node, 'False', 'KubeletNotReady', NO_CNI, 60);
    });
    expect(judged).toMatchObject({
      verdict: 'blocked',
      summary: '3/3 registered, leases fresh, 0 Ready: no CNI',
      measure: { ready: 0, wanted: 3 },
    });
    expect(judged.findings[0]).toMatchObject({
      problem: 'waits-for-cni',
      chargedTo: 'cni',
      signature: 'S11',
    });
    expect(judged.findings[0]?.nodes).toEqual(['k8s-1', 'k8s-2', 'k8s-3']);
  });

  test('holds for one node as well', () => {
    const judged = judge(cluster =>
      setReady(one(cluster, 'nodes', 'k8s-2'), 'False', 'KubeletNotReady', NO_CNI, 60),
    );
    expect(judged).toMatchObject({
      verdict: 'blocked',
      summary: '3/3 registered, leases fresh, 2 Ready: no CNI',
    });
  });

  test('does not excuse a runtime that hangs as well', () => {
    const judged = judge(cluster =>
      setReady(
        one(cluster, 'nodes', 'k8s-2'),
        'False',
        'KubeletNotReady',
        `[PLEG is not healthy, ${NO_CNI}]`,
        60,
      ),
    );
    expect(judged.verdict).toBe('degraded');
    expect(problems(judged)).toEqual(['critical node-not-ready']);
  });

  test('does not excuse a node that is silent', () => {
    const judged = judge(cluster => {
      setReady(one(cluster, 'nodes', 'k8s-2'), 'False', 'KubeletNotReady', NO_CNI, 60);
      one(cluster, 'node-leases', 'k8s-2').spec.renewTime = ago(120);
    });
    expect(problems(judged)).toEqual(['critical node-silent']);
  });
});

describe('leases', () => {
  test.each([
    [45, 'healthy'],
    [51, 'degraded'],
  ] as const)('a lease %i s old on a node that says Ready is %s', (seconds, verdict) => {
    const judged = judge(cluster => {
      one(cluster, 'node-leases', 'k8s-2').spec.renewTime = ago(seconds);
    });
    expect(judged.verdict).toBe(verdict);
  });

  test('tells that the node still says Ready', () => {
    const judged = judge(cluster => {
      one(cluster, 'node-leases', 'k8s-2').spec.renewTime = ago(70);
    });
    expect(judged.findings[0]).toMatchObject({
      problem: 'node-silent',
      nodes: ['k8s-2'],
      message: 'no sign of life for 1m10s, though it still says Ready',
    });
  });

  test('all silent at once is one fault of the common path', () => {
    const judged = judge(cluster => {
      for (const lease of all(cluster, 'node-leases')) lease.spec.renewTime = ago(90);
    });
    expect(judged.verdict).toBe('down');
    expect(problems(judged)).toEqual(['critical node-silent']);
    expect(judged.findings[0]).toMatchObject({ nodes: null, object: null });
  });

  test('no node is silent for what nobody could have heard since the last answer', () => {
    const cluster = healthyCluster();
    for (const lease of all(cluster, 'node-leases')) lease.spec.renewTime = ago(90);
    const heard = (seconds: number) =>
      nodesLayer.judge(snapshotOf({ ...cluster, api: { lastReplyAt: NOW - seconds * 1000 } }), new Map())
        .verdict;
    expect([heard(60), heard(30)]).toEqual(['healthy', 'down']);
  });

  test('a node without a lease is taken at its word', () => {
    expect(judge(cluster => all(cluster, 'node-leases').pop()).verdict).toBe('healthy');
  });
});

test.each([
  ['MemoryPressure', 'pressure', null, 'degraded'],
  ['NetworkUnavailable', 'waits-for-cni', 'cni', 'healthy'],
] as const)('the condition %s is %s charged to %s', (type, problem, chargedTo, verdict) => {
  const judged = judge(cluster => {
    one(cluster, 'nodes', 'k8s-1').status.conditions.push(condition(type, 'True', { message: 'so' }));
  });
  expect(judged.verdict).toBe(verdict);
  expect(judged.findings[0]).toMatchObject({ problem, chargedTo, nodes: ['k8s-1'] });
});

test.each([
  ['node.cilium.io/agent-not-ready', 'cni', 'healthy'],
  ['node.cloudprovider.kubernetes.io/uninitialized', null, 'degraded'],
] as const)('the taint %s is charged to %s', (key, chargedTo, verdict) => {
  const judged = judge(cluster => {
    one(cluster, 'nodes', 'k8s-1').spec.taints = [{ key, effect: 'NoSchedule' }];
  });
  expect(judged.verdict).toBe(verdict);
  expect(judged.findings[0]).toMatchObject({ problem: 'tainted', chargedTo });
});

test('a cordon is a note', () => {
  const judged = judge(cluster => {
    one(cluster, 'nodes', 'k8s-1').spec.unschedulable = true;
  });
  expect(judged.verdict).toBe('healthy');
  expect(problems(judged)).toEqual(['note cordoned']);
});

test('a node that joined a moment ago is progress', () => {
  const judged = judge(cluster => {
    const node = one(cluster, 'nodes', 'k8s-3');
    node.metadata.creationTimestamp = ago(30);
    setReady(node, 'False', 'KubeletNotReady', 'node is starting', 30);
  });
  expect(judged.verdict).toBe('progressing');
});

test('no node at all is down', () => {
  expect(judge(cluster => all(cluster, 'nodes').splice(0)).verdict).toBe('down');
});
