import { describe, expect, it, test } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { type LogsKnown, logsToRead } from '../../src/diagnosis/logs-to-read.ts';
import { type Cluster, healthyCluster, NODES, one } from '../layers/healthy-cluster.ts';
import { type Raw, setReady } from '../layers/raw-objects.ts';
import { ago, snapshotOf } from '../support/snapshot.ts';

const nothingKnown: LogsKnown = { readAt: new Map(), refusedAt: new Map() };
const MINUTE = 60_000;

function choose(cluster: Cluster, known: LogsKnown = nothingKnown, now = 0) {
  const snapshot = snapshotOf(cluster);
  return logsToRead(snapshot, diagnose(snapshot), known, now);
}
const names = (chosen: ReturnType<typeof choose>) => chosen.map(one => one.pod.name);

function notReady({ status }: Raw, container: Raw = {}): void {
  status.conditions = [{ type: 'Ready', status: 'False', lastTransitionTime: ago(400) }];
  status.containerStatuses = [
    {
      name: 'main',
      ready: false,
      restartCount: 0,
      state: { running: { startedAt: ago(900) } },
      ...container,
    },
  ];
}
const backOff = {
  restartCount: 4,
  state: { waiting: { reason: 'CrashLoopBackOff' } },
  lastState: { terminated: { reason: 'Error', exitCode: 1, finishedAt: ago(20) } },
};

function changed(change: (cluster: Cluster) => void): Cluster {
  const cluster = healthyCluster();
  change(cluster);
  return cluster;
}
const coredns = ['coredns-k8s-1', 'coredns-k8s-2'] as const;
const dnsCrashes = () =>
  changed(cluster => {
    for (const name of coredns) notReady(one(cluster, 'pods-system', name), backOff);
  });
/** The application is in work and says nothing else, as it does on a real cluster while names are not answered. */
function inProgress(cluster: Cluster, seconds: number): void {
  for (const app of cluster.objects.kustomizations ?? [])
    app.status.conditions = [
      {
        type: 'Ready',
        status: 'Unknown',
        reason: 'Progressing',
        message: 'Reconciliation in progress',
        lastTransitionTime: ago(seconds),
      },
    ];
}

describe('which logs are read', () => {
  it('is none while everything works, whatever restarted long ago', () => {
    expect(choose(healthyCluster())).toEqual([]);
  });

  it('is the previous run of what waits to be started again', () => {
    const chosen = choose(dnsCrashes());
    expect(names(chosen).slice(0, 2)).toEqual(coredns);
    expect(chosen[0]).toMatchObject({ container: 'main', previous: true });
  });

  it('is the present run of what runs and is not ready', () => {
    const chosen = choose(
      changed(cluster => {
        for (const name of coredns) notReady(one(cluster, 'pods-system', name));
      }),
    );
    expect(chosen[0]).toMatchObject({ pod: { name: 'coredns-k8s-1' }, previous: false });
  });

  it('is that of the init container that fails', () => {
    const chosen = choose(
      changed(cluster => {
        const agent = one(cluster, 'pods-system', 'cilium-k8s-1');
        notReady(agent, { state: { waiting: { reason: 'PodInitializing' } } });
        agent.status.initContainerStatuses = [
          { name: 'config', ready: true, state: { terminated: { exitCode: 0 } } },
          { name: 'clean-cilium-state', ready: false, ...backOff },
        ];
      }),
    );
    expect(chosen[0]).toMatchObject({ container: 'clean-cilium-state', previous: true });
  });

  it('is two failing pods of a workload, the CNI before CoreDNS', () => {
    const chosen = choose(
      changed(cluster => {
        for (const name of NODES) notReady(one(cluster, 'pods-system', `cilium-${name}`), backOff);
        for (const name of coredns) notReady(one(cluster, 'pods-system', name), backOff);
      }),
    );
    expect(names(chosen).slice(0, 4)).toEqual(['cilium-k8s-1', 'cilium-k8s-2', ...coredns]);
  });

  it.each<[string, (cluster: Cluster) => void]>([
    [
      'never started',
      cluster =>
        notReady(one(cluster, 'pods-system', 'coredns-k8s-1'), {
          state: { waiting: { reason: 'ImagePullBackOff' } },
        }),
    ],
    [
      'lives on a node that is silent',
      cluster => {
        notReady(one(cluster, 'pods-system', 'coredns-k8s-1'), backOff);
        setReady(
          one(cluster, 'nodes', 'k8s-1'),
          'Unknown',
          'NodeStatusUnknown',
          'Kubelet stopped posting node status.',
          300,
        );
        one(cluster, 'node-leases', 'k8s-1').spec.renewTime = ago(300);
      },
    ],
  ])('is not that of a pod that %s', (_, change) => {
    expect(names(choose(changed(change)))).not.toContain('coredns-k8s-1');
  });

  it('is that of the controllers that stand still while names are not answered', () => {
    const chosen = choose(
      changed(cluster => {
        for (const name of coredns) notReady(one(cluster, 'pods-system', name), backOff);
        inProgress(cluster, 90);
      }),
    );
    expect(names(chosen)).toEqual([
      ...coredns,
      'helm-controller-1',
      'kustomize-controller-1',
      'source-controller-1',
    ]);
  });

  it('is none of Flux while applications work on and DNS is well', () => {
    const chosen = choose(
      changed(cluster => {
        notReady(one(cluster, 'pods-system', 'cilium-k8s-1'), backOff);
        inProgress(cluster, 90);
      }),
    );
    expect(names(chosen).filter(name => name.includes('controller'))).toEqual([]);
  });

  it('is no more than six at a time', () => {
    const chosen = choose(
      changed(cluster => {
        for (const { metadata } of cluster.objects['pods-system'] ?? [])
          if (!metadata.name.includes('operator'))
            notReady(one(cluster, 'pods-system', metadata.name), backOff);
        for (const { metadata } of cluster.objects['pods-flux'] ?? [])
          notReady(one(cluster, 'pods-flux', metadata.name), backOff);
      }),
    );
    expect(chosen).toHaveLength(6);
  });

  it('is none while the API server is not reached', () => {
    const cluster = { ...dnsCrashes(), api: { reach: 'unreached' as const } };
    expect(choose(cluster)).toEqual([]);
  });
});

describe('what was asked before', () => {
  const asked = (cluster: Cluster, at: number): LogsKnown => ({
    readAt: new Map(choose(cluster).map(one => [one.key, at])),
    refusedAt: new Map(),
  });

  test('is not asked again within a minute', () => {
    expect(choose(dnsCrashes(), asked(dnsCrashes(), 0), MINUTE - 1)).toEqual([]);
    expect(choose(dnsCrashes(), asked(dnsCrashes(), 0), MINUTE)).not.toEqual([]);
  });

  test('is asked at once after another restart', () => {
    const later = dnsCrashes();
    one(later, 'pods-system', 'coredns-k8s-2').status.containerStatuses[0].restartCount = 5;
    expect(names(choose(later, asked(dnsCrashes(), 0), 1_000))).toEqual(['coredns-k8s-2']);
  });

  test('and refused is left alone in its namespace for five minutes', () => {
    const known: LogsKnown = { readAt: new Map(), refusedAt: new Map([['kube-system', 0]]) };
    expect(names(choose(dnsCrashes(), known, 299_000))).not.toContain('coredns-k8s-1');
    expect(names(choose(dnsCrashes(), known, 300_000))).toContain('coredns-k8s-1');
  });

  test('does not depend on the order in which objects came', () => {
    const turned = dnsCrashes();
    turned.objects['pods-system']?.reverse();
    expect(choose(turned)).toEqual(choose(dnsCrashes()));
  });
});
