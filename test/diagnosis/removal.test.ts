import { describe, expect, test } from 'vitest';
import { whoDidIt } from '../../src/diagnosis/removal.ts';
import type { Problem } from '../../src/layers/problems.ts';
import { field } from '../../src/text/field.ts';
import { all, type Cluster, drop, healthyCluster, one } from '../layers/healthy-cluster.ts';
import { condition, type Raw } from '../layers/raw-objects.ts';
import { ago, NOW, snapshotOf } from '../support/snapshot.ts';

const CILIUM = { kind: field('DaemonSet'), namespace: field('kube-system'), name: field('cilium') };
const COREDNS = { kind: field('Deployment'), namespace: field('kube-system'), name: field('coredns') };

function ask(change: (cluster: Cluster) => void, problem: Problem = 'missing', since = 200, object = CILIUM) {
  const cluster = healthyCluster();
  one(cluster, 'kustomizations', 'cluster-apps').status.lastAppliedRevision =
    'refs/heads/main@sha1:4f1c2a9e0d7ab04c8f7c20bb1f06f0f3e6f2a9d8';
  one(cluster, 'kustomizations', 'monitoring').metadata.labels = {
    'kustomize.toolkit.fluxcd.io/name': 'cluster-apps',
    'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
  };
  change(cluster);
  return whoDidIt(snapshotOf(cluster), problem, object, NOW - since * 1000);
}

const helmRelease = (conditions: readonly Raw[], extra: Raw = {}): Raw => ({
  metadata: { namespace: 'kube-system', name: 'cilium' },
  spec: { releaseName: 'cilium', ...extra.spec },
  status: { conditions, lastAttemptedRevision: '1.18.0', ...extra.status },
});

const event = (reason: string, message: string, about: Raw, extra: Raw = {}): Raw => ({
  metadata: {
    namespace: about.namespace,
    name: `${about.name}.${reason}`,
    annotations: extra.annotations,
  },
  type: 'Normal',
  reason,
  message,
  involvedObject: about,
  lastTimestamp: ago(extra.last ?? 210),
  source: { component: extra.component ?? 'kustomize-controller' },
});

describe('Flux undid a release', () => {
  test.each([
    ['Remediated', 'True', 'UninstallSucceeded', 'Helm uninstall succeeded'],
    ['Remediated', 'True', 'RollbackSucceeded', 'Helm rollback succeeded'],
    ['Released', 'False', 'UpgradeFailed', 'Helm upgrade failed: timed out'],
  ])(
    '%s=%s %s: named as the cause, with a warning that it will do so again',
    (type, status, reason, message) => {
      const found = ask(cluster =>
        all(cluster, 'helmreleases').push(helmRelease([condition(type, status, { reason, message }, 190)])),
      );
      expect(found?.cause).toBe(
        `Flux did it: HelmRelease kube-system/cilium ${reason} (chart 1.18.0) at main@4f1c2a9; suspend it before the repair`,
      );
      expect(found?.answer).toMatch(/Flux will do it again as soon as it lives/);
      expect(found?.evidence).toEqual([`HelmRelease kube-system/cilium ${type}: ${reason}: ${message}`]);
    },
  );

  test('long before: then it is not to blame', () => {
    const old = condition('Remediated', 'True', { reason: 'RollbackSucceeded' }, 90_000);
    expect(ask(cluster => all(cluster, 'helmreleases').push(helmRelease([old])))?.cause).toBe(
      'deleted outside Helm',
    );
  });

  test('and is suspended: then nothing is done again', () => {
    const failed = condition('Released', 'False', { reason: 'UpgradeFailed', message: 'x' }, 190);
    const found = ask(cluster =>
      all(cluster, 'helmreleases').push(helmRelease([failed], { spec: { suspend: true } })),
    );
    expect(found?.answer).toMatch(/It is suspended/);
  });

  test('by an upgrade that came just before what runs began to crash', () => {
    const history = [{ version: 8, status: 'deployed', chartVersion: '1.18.0', lastDeployed: ago(260) }];
    const upgraded = (cluster: Cluster) =>
      all(cluster, 'helmreleases').push(helmRelease([], { status: { history } }));
    expect(ask(upgraded, 'crashing')?.cause).toBe(
      'changed by Flux just before: HelmRelease kube-system/cilium to chart 1.18.0 at main@4f1c2a9',
    );
    expect(ask(upgraded, 'crashing', 90_000)).toBeNull();
    expect(ask(upgraded, 'pressure')).toBeNull();
  });
});

describe('Flux pruned it', () => {
  const parent = { kind: 'Kustomization', namespace: 'flux-system', name: 'cluster-apps' };
  const child = { kind: 'Kustomization', namespace: 'flux-system', name: 'cilium' };

  test('the list is followed up to where it came from', () => {
    const annotations = { 'kustomize.toolkit.fluxcd.io/revision': 'main@sha1:0123456789abcdef' };
    const found = ask(cluster => {
      all(cluster, 'events-pruned').push(
        event('Progressing', 'ConfigMap/apps/x created\nHelmRelease/kube-system/cilium deleted', child),
        event('Progressing', 'Kustomization/flux-system/cilium deleted', parent, { annotations }),
      );
    });
    expect(found?.cause).toBe(
      'pruned by Flux: Kustomization cluster-apps at main@0123456 no longer has Kustomization/flux-system/cilium; suspend it before the repair',
    );
    expect(found?.evidence).toEqual([
      'kustomize-controller, Kustomization cilium: HelmRelease/kube-system/cilium deleted 3m30s ago',
      'kustomize-controller, Kustomization cluster-apps: Kustomization/flux-system/cilium deleted 3m30s ago',
    ]);
  });

  test('lists that name something alike, or are old, accuse nobody', () => {
    const found = ask(cluster => {
      all(cluster, 'events-pruned').push(
        event(
          'Progressing',
          'DaemonSet/kube-system/cilium-envoy deleted\nDaemonSet/kube-system/cilium configured',
          parent,
        ),
        event('Progressing', 'DaemonSet/kube-system/cilium deleted', child, { last: 3_500 }),
      );
    });
    expect(found?.cause).toBe('deleted outside Helm');
  });

  test('or changed it just before it broke: then the commit is named', () => {
    const annotations = { 'kustomize.toolkit.fluxcd.io/revision': 'main@sha1:0123456789abcdef' };
    const changed = (last: number) => (cluster: Cluster) =>
      all(cluster, 'events-pruned').push(
        event('Progressing', 'ConfigMap/kube-system/coredns configured', parent, { annotations, last }),
      );
    const found = ask(changed(230), 'crashing', 200, COREDNS);
    expect(found?.cause).toBe(
      'changed by Flux just before: Kustomization cluster-apps at main@0123456 configured ConfigMap/kube-system/coredns',
    );
    expect(found?.answer).toMatch(/Flux will do it again/);
    expect(ask(changed(3_000), 'crashing', 200, COREDNS)).toBeNull();
  });

  test('two that prune each other end the search', () => {
    const found = ask(cluster => {
      all(cluster, 'events-pruned').push(
        event(
          'Progressing',
          'DaemonSet/kube-system/cilium deleted\nKustomization/flux-system/cluster-apps deleted',
          child,
        ),
        event('Progressing', 'Kustomization/flux-system/cilium deleted', parent),
      );
    });
    expect(found?.cause).toMatch(/^pruned by Flux/);
  });
});

describe('what the records of the cluster tell beside', () => {
  test('an uninstall that Flux reported, when the HelmRelease is gone as well', () => {
    const about = { kind: 'HelmRelease', namespace: 'kube-system', name: 'cilium' };
    const found = ask(cluster => {
      drop(cluster, 'helm-releases', name => name.includes('.cilium.'));
      all(cluster, 'events-uninstalled').push(
        event('UninstallSucceeded', 'Helm uninstall succeeded', about, { component: 'helm-controller' }),
      );
    });
    expect(found?.cause).toBe('uninstalled by Flux at main@4f1c2a9');
    expect(found?.evidence).toEqual([
      'helm-controller, HelmRelease cilium: Helm uninstall succeeded 3m30s ago',
    ]);
  });

  test('a namespace that is still being deleted: what is put there now dies again', () => {
    const found = ask(cluster => {
      const home = one(cluster, 'namespaces', 'kube-system');
      home.metadata.deletionTimestamp = ago(500);
      home.status.phase = 'Terminating';
    });
    expect(found?.answer).toMatch(
      /Its deletion still runs: namespace kube-system has been Terminating for 8m20s/,
    );
  });

  test('when its pods were stopped, and by whom', () => {
    const about = { kind: 'Pod', namespace: 'kube-system', name: 'cilium-x7k2d' };
    const other = { kind: 'Pod', namespace: 'kube-system', name: 'cilium-operator-7d9f8c6b5d-x7k2d' };
    const found = ask(cluster =>
      all(cluster, 'events-system').push(
        event('Killing', 'Stopping container cilium-agent', about, { component: 'kubelet' }),
        event('Killing', 'Stopping container operator', other, { component: 'kubelet' }),
      ),
    );
    expect(found?.evidence.slice(1)).toEqual([
      'kubelet, cilium-x7k2d: Killing Stopping container cilium-agent 3m30s ago',
    ]);
  });

  test('when it was scaled to zero', () => {
    const about = { kind: 'Deployment', namespace: 'kube-system', name: 'coredns' };
    const scaled = (cluster: Cluster) =>
      all(cluster, 'events-system').push(
        event('ScalingReplicaSet', 'Scaled down replica set coredns-7d9f8c6b5d from 2 to 0', about, {
          component: 'deployment-controller',
        }),
      );
    expect(ask(scaled, 'scaled-to-zero', 200, COREDNS)?.cause).toBe('scaled down 3m30s ago');
    expect(ask(() => undefined, 'scaled-to-zero', 200, COREDNS)).toBeNull();
    const again = (cluster: Cluster) => {
      scaled(cluster);
      const before = structuredClone(all(cluster, 'events-system').at(-1));
      before.metadata.name = `${before.metadata.name}-before`;
      before.lastTimestamp = ago(3_000);
      all(cluster, 'events-system').unshift(before);
    };
    expect(ask(again, 'scaled-to-zero', 200, COREDNS)?.cause).toBe('scaled down 3m30s ago');
    const upSince = (cluster: Cluster) => {
      scaled(cluster);
      const after = structuredClone(all(cluster, 'events-system').at(-1));
      after.metadata.name = `${after.metadata.name}-after`;
      after.message = 'Scaled up replica set coredns-7d9f8c6b5d from 0 to 2';
      after.lastTimestamp = ago(100);
      all(cluster, 'events-system').push(after);
    };
    expect(ask(upSince, 'scaled-to-zero', 200, COREDNS)).toBeNull();
  });

  test('a root Kustomization younger than the outage', () => {
    const found = ask(cluster => {
      const root = one(cluster, 'kustomizations', 'cluster-apps');
      root.metadata.labels = {};
      root.metadata.creationTimestamp = ago(150);
      root.spec.prune = true;
    });
    expect(found?.cause).toBe('Kustomization cluster-apps was deleted and created again, which prunes');
  });

  test('nothing, where Helm may not be asked', () => {
    const cluster = healthyCluster();
    const refused = { state: 'failed', reason: 'rbac', message: field('forbidden') } as const;
    const snapshot = snapshotOf({ ...cluster, freshness: { 'helm-releases': refused } });
    expect(whoDidIt(snapshot, 'missing', CILIUM, NOW)).toBeNull();
  });
});
