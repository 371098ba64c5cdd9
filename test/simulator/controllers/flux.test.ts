import { expect, test } from 'vitest';
import { applyObject } from '../../../src/simulator/controllers/apply-object.ts';
import { revisions, storeRevision, turnRevision } from '../../../src/simulator/controllers/helm-storage.ts';
import { faultNamed } from '../../../src/simulator/faults/index.ts';
import { releaseObjects } from '../../../src/simulator/seed/releases.ts';
import { type ManualCluster, manualCluster, START } from './manual-cluster.ts';
import { troubles } from './troubles.ts';

const KUSTOMIZATIONS = 'kustomize.toolkit.fluxcd.io/kustomizations';
const HELM_RELEASES = 'helm.toolkit.fluxcd.io/helmreleases';

function ask(cluster: ManualCluster, resource: string, place: [string, string], more: object = {}): string {
  const token = new Date(cluster.clock.now()).toISOString();
  const marks = Object.fromEntries(Object.keys(more).map(key => [`reconcile.fluxcd.io/${key}`, token]));
  cluster.world.update(resource, place[0], place[1], draft => {
    draft.metadata.annotations = {
      ...draft.metadata.annotations,
      'reconcile.fluxcd.io/requestedAt': token,
      ...marks,
    };
  });
  return token;
}

test('a request is handled within seconds, by source, Kustomization and HelmRelease', () => {
  const cluster = manualCluster();
  const asked = (
    [
      ['source.toolkit.fluxcd.io/gitrepositories', 'flux-system', 'flux-system'],
      [KUSTOMIZATIONS, 'flux-system', 'cluster-apps'],
      [HELM_RELEASES, 'media', 'jellyfin'],
      ['fluxcd.controlplane.io/fluxinstances', 'flux-system', 'flux'],
    ] as const
  ).map(([resource, namespace, name]) => ({
    resource,
    namespace,
    name,
    token: ask(cluster, resource, [namespace, name]),
  }));
  cluster.advance(15);
  for (const { resource, namespace, name, token } of asked) {
    expect(cluster.get(resource, namespace, name).status.lastHandledReconcileAt).toBe(token);
  }
  expect(troubles(cluster.world)).toEqual([]);
  cluster.stop();
});

test('a request to a controller that is not there stays unhandled', () => {
  const cluster = manualCluster();
  cluster.world.update('apps/deployments', 'flux-system', 'flux-operator', draft => {
    draft.spec.replicas = 0;
  });
  cluster.world.update('apps/deployments', 'flux-system', 'helm-controller', draft => {
    draft.spec.replicas = 0;
  });
  cluster.advance(20);
  ask(cluster, HELM_RELEASES, ['media', 'jellyfin']);
  cluster.advance(600);
  const { status } = cluster.get(HELM_RELEASES, 'media', 'jellyfin');
  expect(status.lastHandledReconcileAt).toBeUndefined();
  expect(cluster.condition(HELM_RELEASES, 'media', 'jellyfin', 'Ready').status).toBe('True');
  cluster.stop();
});

test('a deleted DaemonSet of a Ready HelmRelease is not noticed, but a forced one brings it back', () => {
  const cluster = manualCluster();
  cluster.world.remove('apps/daemonsets', 'kube-system', 'spegel');
  cluster.advance(4000);
  expect(cluster.get('apps/daemonsets', 'kube-system', 'spegel')).toBeUndefined();
  expect(cluster.condition(HELM_RELEASES, 'kube-system', 'spegel', 'Ready').status).toBe('True');
  ask(cluster, HELM_RELEASES, ['kube-system', 'spegel'], { forceAt: true });
  cluster.advance(60);
  expect(troubles(cluster.world)).toEqual([]);
  const kept = revisions(cluster.world, 'kube-system', 'spegel').map(one => one.release);
  expect(kept.map(one => [one.version, one.info.status])).toEqual([
    [1, 'superseded'],
    [2, 'superseded'],
    [3, 'deployed'],
  ]);
  cluster.stop();
});

test('force without the token of the request is ignored', () => {
  const cluster = manualCluster();
  cluster.world.update(HELM_RELEASES, 'default', 'echo', draft => {
    draft.metadata.annotations = {
      'reconcile.fluxcd.io/forceAt': 'one',
      'reconcile.fluxcd.io/requestedAt': 'two',
    };
  });
  cluster.advance(60);
  expect(revisions(cluster.world, 'default', 'echo').at(-1)?.release.version).toBe(3);
  cluster.stop();
});

test('a pending release of a dead client is unlocked and upgraded by helm-controller', () => {
  const cluster = manualCluster();
  const objects = releaseObjects('coredns');
  const now = cluster.clock.now();
  storeRevision(cluster.world, {
    name: 'coredns',
    namespace: 'kube-system',
    status: 'pending-upgrade',
    objects,
    values: {},
    now,
  });
  ask(cluster, HELM_RELEASES, ['kube-system', 'coredns']);
  cluster.advance(60);
  const states = revisions(cluster.world, 'kube-system', 'coredns').map(one => one.release.info);
  expect(states.at(-2)).toMatchObject({
    status: 'failed',
    description: "Release unlocked from stale 'pending-upgrade' state",
  });
  expect(states.at(-1)?.status).toBe('deployed');
  expect(troubles(cluster.world)).toEqual([]);
  cluster.stop();
});

test('a suspended object is left alone until it is resumed', () => {
  const cluster = manualCluster();
  cluster.world.update(KUSTOMIZATIONS, 'flux-system', 'echo', draft => {
    draft.spec.suspend = true;
  });
  const token = ask(cluster, KUSTOMIZATIONS, ['flux-system', 'echo']);
  cluster.advance(60);
  expect(cluster.get(KUSTOMIZATIONS, 'flux-system', 'echo').status.lastHandledReconcileAt).toBeUndefined();
  cluster.world.update(KUSTOMIZATIONS, 'flux-system', 'echo', draft => {
    delete draft.spec.suspend;
  });
  cluster.advance(10);
  expect(cluster.get(KUSTOMIZATIONS, 'flux-system', 'echo').status.lastHandledReconcileAt).toBe(token);
  cluster.stop();
});

test('a Kustomization in work shows Ready Unknown for 9m30s while names do not resolve, then ArtifactFailed', () => {
  const cluster = manualCluster();
  cluster.world.remove('/services', 'kube-system', 'kube-dns');
  cluster.advance(5);
  ask(cluster, KUSTOMIZATIONS, ['flux-system', 'echo']);
  cluster.advance(500);
  const ready = (): unknown => cluster.condition(KUSTOMIZATIONS, 'flux-system', 'echo', 'Ready');
  expect(ready()).toMatchObject({
    status: 'Unknown',
    reason: 'Progressing',
    message: 'Reconciliation in progress',
  });
  cluster.advance(90);
  expect(ready()).toMatchObject({ status: 'False', reason: 'ArtifactFailed' });
  cluster.stop();
});

test('deleting a Kustomization prunes what it applied, and the root brings it back', () => {
  const cluster = manualCluster();
  cluster.world.remove(KUSTOMIZATIONS, 'flux-system', 'jellyfin');
  cluster.advance(30);
  expect(cluster.get(HELM_RELEASES, 'media', 'jellyfin')).toBeUndefined();
  expect(cluster.get('apps/deployments', 'media', 'jellyfin')).toBeUndefined();
  expect(cluster.get('/secrets', 'media', 'sh.helm.release.v1.jellyfin.v5')).toBeUndefined();
  cluster.advance(1000);
  expect(troubles(cluster.world)).toEqual([]);
  expect(cluster.get('apps/deployments', 'media', 'jellyfin').status.availableReplicas).toBe(1);
  cluster.stop();
});

test('a release that helmfile touched is upgraded once more by helm-controller: Git wins', () => {
  const cluster = manualCluster();
  const objects = releaseObjects('coredns');
  const now = cluster.clock.now();
  const facts = { name: 'coredns', namespace: 'kube-system', objects, values: {}, now };
  const revision = storeRevision(cluster.world, { ...facts, status: 'pending-upgrade' });
  turnRevision(cluster.world, revision, 'deployed', 'Upgrade complete', now);
  ask(cluster, HELM_RELEASES, ['kube-system', 'coredns']);
  cluster.advance(60);
  const states = revisions(cluster.world, 'kube-system', 'coredns').map(one => one.release);
  expect(states.map(one => [one.version, one.info.status]).slice(-2)).toEqual([
    [4, 'superseded'],
    [5, 'deployed'],
  ]);
  expect(cluster.get(HELM_RELEASES, 'kube-system', 'coredns').status.history[0].version).toBe(5);
  cluster.stop();
});

test('a Service with another address cannot be patched back: the upgrade fails and says which field', () => {
  const cluster = manualCluster();
  faultNamed('dns-service-ip')?.apply(cluster);
  cluster.world.update('/services', 'kube-system', 'kube-dns', draft => {
    draft.metadata.labels = { ...draft.metadata.labels, touched: 'yes' };
  });
  const objects = releaseObjects('coredns').filter(object => object.kind === 'Service');
  expect(() => applyObject(cluster.world, objects[0])).toThrow(
    /Service "kube-dns" is invalid: spec\.clusterIPs?\[0\]/,
  );
  cluster.stop();
});

test('a restarted source-controller works again after its old pod is gone', () => {
  const cluster = manualCluster();
  cluster.world.update('apps/deployments', 'flux-system', 'source-controller', draft => {
    draft.spec.template.metadata.annotations = {
      'kubectl.kubernetes.io/restartedAt': '2026-06-01T12:00:00Z',
    };
  });
  cluster.advance(60);
  expect(troubles(cluster.world)).toEqual([]);
  const pods = cluster.pods('flux-system', 'app', 'source-controller');
  expect(pods).toHaveLength(1);
  expect(Date.parse(pods[0]?.metadata.creationTimestamp ?? '')).toBeGreaterThanOrEqual(START);
  cluster.stop();
});

test('a spec that is put right during a failing upgrade is taken up afterwards', () => {
  const cluster = manualCluster();
  const fault = faultNamed('helm-exhausted');
  fault?.apply(cluster);
  cluster.advance(200);
  fault?.undo?.(cluster);
  cluster.advance(900);
  expect(troubles(cluster.world)).toEqual([]);
  cluster.stop();
});
