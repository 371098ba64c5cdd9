import { expect, test } from 'vitest';
import { decodeRelease } from '../../../src/simulator/seed/releases.ts';
import { manualCluster, START } from '../controllers/manual-cluster.ts';
import { troubles } from '../controllers/troubles.ts';

const DAY = 86_400_000;

test('a fresh seed looks entirely healthy', () => {
  const cluster = manualCluster();
  expect(troubles(cluster.world)).toEqual([]);
  cluster.advance(600);
  expect(troubles(cluster.world)).toEqual([]);
  expect(cluster.warnings()).toEqual([]);
  cluster.stop();
});

test('a healthy cluster changes only leases and the heartbeats of Flux', () => {
  const cluster = manualCluster();
  cluster.advance(30);
  const changed = new Set<string>();
  cluster.world.subscribe(event => changed.add(`${event.type} ${event.resource}`));
  cluster.advance(120);
  const flux = ['kustomize.toolkit.fluxcd.io/kustomizations', 'helm.toolkit.fluxcd.io/helmreleases'];
  const allowed = ['coordination.k8s.io/leases', ...flux].map(key => `MODIFIED ${key}`);
  expect([...changed].filter(one => !allowed.includes(one))).toEqual([]);
  expect(changed).toContain('MODIFIED coordination.k8s.io/leases');
  cluster.stop();
});

test('the cluster has a past: nodes of four weeks, a Cilium release of nine days, a finished Job, an old warning', () => {
  const cluster = manualCluster();
  const age = (text: string): number => (START - Date.parse(text)) / DAY;
  for (const name of ['k8s-1', 'k8s-2', 'k8s-3']) {
    const node = cluster.get('/nodes', undefined, name);
    expect(age(node.metadata.creationTimestamp)).toBeCloseTo(28);
    expect(node.status.images.flatMap((one: { names: string[] }) => one.names)).toContain(
      'docker.io/library/busybox:1.36',
    );
  }
  const secret = cluster.get('/secrets', 'kube-system', 'sh.helm.release.v1.cilium.v7');
  expect(secret.metadata.labels).toMatchObject({
    owner: 'helm',
    name: 'cilium',
    status: 'deployed',
    version: '7',
  });
  const release = decodeRelease(secret.data.release);
  expect(release.chart.metadata).toMatchObject({ name: 'cilium', version: '1.17.4' });
  expect(age(release.info.last_deployed)).toBeCloseTo(9);
  expect(release.manifest).toContain('kind: DaemonSet');
  expect(cluster.get('batch/jobs', 'database', 'postgres-backup-29134080').status.succeeded).toBe(1);
  expect(cluster.world.list('/events').map(event => event.reason)).toContain('Unhealthy');
  cluster.stop();
});

test('fourteen HelmReleases, two of them suspended, each with its release Secret', () => {
  const cluster = manualCluster();
  const releases = cluster.world.list('helm.toolkit.fluxcd.io/helmreleases');
  expect(releases).toHaveLength(14);
  expect(releases.filter(one => one.spec.suspend).map(one => one.metadata.name)).toEqual(
    expect.arrayContaining(['paperless', 'minecraft']),
  );
  for (const one of releases) {
    const [newest] = one.status.history;
    const name = `sh.helm.release.v1.${one.metadata.name}.v${newest.version}`;
    expect(cluster.get('/secrets', one.metadata.namespace, name)?.metadata.labels.status).toBe('deployed');
  }
  cluster.stop();
});

test('Flux statuses are younger than their interval', () => {
  const cluster = manualCluster();
  for (const one of cluster.world.list('kustomize.toolkit.fluxcd.io/kustomizations')) {
    const [last] = one.status.history;
    expect(START - Date.parse(last.lastReconciled)).toBeLessThan(3_600_000);
    expect(one.metadata.managedFields?.at(-1)).toMatchObject({
      manager: 'kustomize-controller',
      subresource: 'status',
    });
  }
  cluster.stop();
});
