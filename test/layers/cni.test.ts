import { describe, expect, test } from 'vitest';
import { cniLayer } from '../../src/layers/cni.ts';
import { ago, snapshotOf } from '../support/snapshot.ts';
import { all, type Cluster, drop, healthyCluster, one, withoutCilium } from './healthy-cluster.ts';
import { condition, NO_CNI, release, setReady } from './raw-objects.ts';

const judge = (change: (cluster: Cluster) => void = () => {}) => {
  const cluster = healthyCluster();
  change(cluster);
  return cniLayer.judge(snapshotOf(cluster), new Map());
};
const told = (judged: ReturnType<typeof judge>) => judged.findings.map(f => `${f.severity} ${f.problem}`);

describe('gone', () => {
  test('nodes that ask for a CNI nobody knows make it down', () => {
    const judged = judge(cluster => {
      withoutCilium(cluster);
      for (const node of all(cluster, 'nodes')) setReady(node, 'False', 'KubeletNotReady', NO_CNI, 60);
    });
    expect(judged.verdict).toBe('down');
    expect(told(judged)).toEqual(['critical missing']);
  });

  test.each([
    ['its definitions', 'crds', { metadata: { name: 'ciliumnodes.cilium.io' } }],
    ['its configuration', 'config-cilium', { metadata: { namespace: 'kube-system', name: 'cilium-config' } }],
    ['a release that failed', 'helm-releases', release('kube-system', 'cilium', 8, 'failed')],
  ] as const)('is told by %s', (_, stream, object) => {
    const judged = judge(cluster => {
      withoutCilium(cluster);
      all(cluster, stream).push(object);
    });
    expect(judged.verdict).toBe('down');
    expect(judged.findings[0]).toMatchObject({
      problem: 'missing',
      object: { kind: 'DaemonSet', namespace: 'kube-system', name: 'cilium' },
    });
  });

  test('leaves the nodes Ready while its configuration stays', () => {
    const judged = judge(cluster => {
      drop(cluster, 'daemonsets', () => true);
      drop(cluster, 'pods-system', name => name.startsWith('cilium-k8s'));
    });
    expect(judged).toMatchObject({ verdict: 'down', summary: 'Cilium agents 0/3 · operator 1/1' });
    expect(judged.findings.map(f => f.message)).toContain(
      'configuration left on the nodes: old pods keep running, new ones cannot start',
    );
  });

  test('the newest revision counts, not the order of the Secrets', () => {
    const judged = judge(cluster => {
      drop(cluster, 'daemonsets', () => true);
      all(cluster, 'helm-releases').unshift(release('kube-system', 'cilium', 10, 'pending-upgrade'));
      all(cluster, 'helm-releases').push(release('kube-system', 'cilium', 9, 'superseded'));
    });
    expect(judged.findings[0]?.message).toBe(
      'does not exist; Helm says release cilium rev 10 is pending-upgrade',
    );
    expect(told(judged)).toContain('note release-pending');
  });
});

test('does not say that there is none before it read what could tell of one', () => {
  const cluster = healthyCluster();
  withoutCilium(cluster);
  const freshness = { 'helm-releases': { state: 'waiting' } } as const;
  const judged = cniLayer.judge(snapshotOf({ ...cluster, freshness }), new Map());
  expect(judged).toMatchObject({ verdict: 'unknown', reason: 'waiting' });
});

describe('agents', () => {
  test('one missing is named with its node', () => {
    const judged = judge(cluster => drop(cluster, 'pods-system', name => name === 'cilium-k8s-2'));
    expect(judged).toMatchObject({ verdict: 'degraded', measure: { ready: 2, wanted: 3 } });
    expect(judged.findings[0]).toMatchObject({
      problem: 'agent-missing',
      nodes: ['k8s-2'],
      message: 'k8s-2: no agent',
    });
  });

  test('none anywhere is down though the DaemonSet counts are frozen', () => {
    const judged = judge(cluster => drop(cluster, 'pods-system', name => name.startsWith('cilium-k8s')));
    expect(judged).toMatchObject({ verdict: 'down', measure: { ready: 0, wanted: 3 } });
  });

  test('one on a silent node is charged to the nodes', () => {
    const judged = judge(cluster => {
      one(cluster, 'node-leases', 'k8s-3').spec.renewTime = ago(100);
    });
    expect(judged.verdict).toBe('degraded');
    expect(judged.findings.map(f => f.chargedTo)).toEqual(['nodes']);
  });

  test('those on more silent nodes than anybody reads are one finding, charged to the nodes', () => {
    const grow = (cluster: Cluster) => {
      for (let i = 4; i <= 9; i++) {
        for (const [stream, name] of [
          ['nodes', 'k8s-3'],
          ['node-leases', 'k8s-3'],
          ['pods-system', 'cilium-k8s-3'],
        ] as const) {
          const copy = JSON.parse(JSON.stringify(one(cluster, stream, name)).replaceAll('k8s-3', `k8s-${i}`));
          all(cluster, stream).push(copy);
        }
      }
      Object.assign(one(cluster, 'daemonsets', 'cilium').status, {
        desiredNumberScheduled: 9,
        updatedNumberScheduled: 9,
      });
    };
    expect(judge(grow).verdict).toBe('healthy');
    const judged = judge(cluster => {
      grow(cluster);
      for (let i = 2; i <= 9; i++) one(cluster, 'node-leases', `k8s-${i}`).spec.renewTime = ago(100);
      // One of them has trouble of its own, and is told by itself.
      one(cluster, 'pods-system', 'cilium-k8s-9').status.conditions[1] = condition('Ready', 'False', {}, 500);
    });
    expect(judged).toMatchObject({ verdict: 'degraded', measure: { ready: 1, wanted: 9 } });
    expect(judged.findings.map(({ message, chargedTo }) => [message, chargedTo])).toEqual([
      ['k8s-2 k8s-3 k8s-4 k8s-5 k8s-6 and 2 more: the nodes are silent', 'nodes'],
      ['k8s-9: the node is silent', 'nodes'],
    ]);
  });

  test('an image that cannot be pulled says so', () => {
    const judged = judge(cluster => {
      const agent = one(cluster, 'pods-system', 'cilium-k8s-1');
      agent.status.phase = 'Pending';
      agent.status.conditions[1] = condition('Ready', 'False', {}, 500);
      agent.status.containerStatuses[0].state = {
        waiting: { reason: 'ImagePullBackOff', message: 'no such host' },
      };
    });
    expect(judged.findings[0]).toMatchObject({ problem: 'image-pull', signature: 'S84', nodes: ['k8s-1'] });
  });

  test('a rollout that moves is progress', () => {
    const judged = judge(cluster => {
      const set = one(cluster, 'daemonsets', 'cilium');
      set.metadata.generation = 2;
      Object.assign(set.status, { observedGeneration: 2, updatedNumberScheduled: 1, numberReady: 2 });
      const agent = one(cluster, 'pods-system', 'cilium-k8s-1');
      agent.metadata.creationTimestamp = ago(20);
      agent.status.startTime = ago(20);
      agent.status.conditions[1] = condition('Ready', 'False', {}, 20);
    });
    expect(judged).toMatchObject({ verdict: 'progressing', measure: { ready: 2, wanted: 3 }, findings: [] });
  });

  test('restarts of long ago are history, those of now degrade', () => {
    const restarted = (seconds: number) => (cluster: Cluster) => {
      const status = one(cluster, 'pods-system', 'cilium-k8s-1').status.containerStatuses[0];
      status.restartCount = 5;
      status.lastState = { terminated: { reason: 'Error', exitCode: 2, finishedAt: ago(seconds) } };
    };
    expect(judge(restarted(4000)).verdict).toBe('healthy');
    expect(told(judge(restarted(100)))).toEqual(['warning restarting']);
  });

  test('a DaemonSet that leaves a node out on purpose lacks nothing', () => {
    const judged = judge(cluster => {
      drop(cluster, 'pods-system', name => name === 'cilium-k8s-3');
      Object.assign(one(cluster, 'daemonsets', 'cilium').status, {
        desiredNumberScheduled: 2,
        currentNumberScheduled: 2,
        updatedNumberScheduled: 2,
        numberReady: 2,
      });
    });
    expect(judged).toMatchObject({ verdict: 'healthy', measure: { ready: 2, wanted: 2 } });
  });
});

describe('beside the agents', () => {
  test('an operator that is gone degrades', () => {
    const judged = judge(cluster => drop(cluster, 'deployments-system', name => name === 'cilium-operator'));
    expect(judged.verdict).toBe('degraded');
    expect(judged.findings[0]?.object).toMatchObject({ kind: 'Deployment', name: 'cilium-operator' });
  });

  test('a missing kube-proxy matters only when nothing replaces it', () => {
    expect(judge().findings).toEqual([]);
    const judged = judge(cluster => {
      one(cluster, 'config-cilium', 'cilium-config').data['kube-proxy-replacement'] = 'false';
      cluster.objects['config-kube-proxy'] = [{ metadata: { namespace: 'kube-system', name: 'kube-proxy' } }];
    });
    expect(judged.verdict).toBe('degraded');
    expect(judged.findings[0]).toMatchObject({ problem: 'missing', object: { name: 'kube-proxy' } });
  });

  test('without its ConfigMap kube-proxy may be a process of the node, which cannot be seen', () => {
    const judged = judge(cluster => {
      one(cluster, 'config-cilium', 'cilium-config').data['kube-proxy-replacement'] = 'false';
    });
    expect(judged).toMatchObject({ verdict: 'healthy', findings: [] });
  });

  test('what may not be read beside is a note', () => {
    const refused = { state: 'failed', reason: 'rbac', message: 'forbidden' as never } as const;
    const cluster = healthyCluster();
    const judged = cniLayer.judge(
      snapshotOf({ ...cluster, freshness: { 'helm-releases': refused } }),
      new Map(),
    );
    expect(judged.verdict).toBe('healthy');
    expect(told(judged)).toEqual(['note not-readable']);
  });

  test('an old list is shown as what it is', () => {
    const stale = {
      state: 'stale',
      confirmedAt: 1000,
      reason: 'silent',
      message: 'silent' as never,
    } as const;
    const judged = cniLayer.judge(
      snapshotOf({ ...healthyCluster(), freshness: { daemonsets: stale } }),
      new Map(),
    );
    expect(judged).toMatchObject({ verdict: 'unknown', reason: 'stale', stale: true, confirmedAt: 1000 });
    expect(judged.summary).toBe('Cilium 1.17.4 · agents 3/3 · operator 1/1');
  });
});
