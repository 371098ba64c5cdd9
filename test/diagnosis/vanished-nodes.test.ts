import { expect, test } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import { field } from '../../src/text/field.ts';
import { type Cluster, drop, healthyCluster, one } from '../layers/healthy-cluster.ts';
import { lease } from '../layers/raw-objects.ts';
import { NOW, snapshotOf } from '../support/snapshot.ts';

/** Looks at a healthy cluster, changes it, and looks again after so many seconds. */
function after(
  seconds: number,
  before: Diagnosis | undefined,
  change: (cluster: Cluster) => void,
): Diagnosis {
  const cluster = healthyCluster();
  change(cluster);
  const now = NOW + seconds * 1000;
  for (const object of cluster.objects['node-leases'] ?? []) {
    object.spec = lease('', '', -seconds + 5).spec;
  }
  for (const object of [
    ...(cluster.objects['system-leases'] ?? []),
    ...(cluster.objects['flux-leases'] ?? []),
  ]) {
    object.spec.renewTime = new Date(now - 3_000).toISOString();
  }
  return diagnose(snapshotOf({ ...cluster, now }), before);
}

const without = (name: string) => (cluster: Cluster) => {
  drop(cluster, 'nodes', other => other === name);
  drop(cluster, 'node-leases', other => other === name);
  drop(cluster, 'pods-system', other => other.includes(name));
  for (const set of cluster.objects.daemonsets ?? []) {
    Object.assign(set.status, {
      desiredNumberScheduled: 2,
      currentNumberScheduled: 2,
      updatedNumberScheduled: 2,
      numberReady: 2,
      numberAvailable: 2,
    });
  }
};
const missing = (diagnosis: Diagnosis) =>
  diagnosis.layers[1]?.findings.filter(one => one.problem === 'node-missing') ?? [];

test('a node whose object vanished is missed for an hour, with the time of its going', () => {
  const first = after(0, undefined, () => undefined);
  const gone = after(60, first, without('k8s-3'));
  expect(missing(gone)).toMatchObject([
    { severity: 'warning', object: { kind: 'Node', name: 'k8s-3' }, since: NOW + 60_000 },
  ]);
  expect(gone.layers[1]?.verdict).toBe('degraded');
  const later = after(1_800, gone, without('k8s-3'));
  expect(missing(later)[0]?.since).toBe(NOW + 60_000);
  expect(missing(later)[0]?.message).toBe(
    'k8s-3 is gone without having been cordoned, for 29m: deleted, or the machine left',
  );
  expect(missing(after(3_700, later, without('k8s-3')))).toEqual([]);
});

test('is forgotten when it comes back', () => {
  const gone = after(
    60,
    after(0, undefined, () => undefined),
    without('k8s-3'),
  );
  const back = after(120, gone, () => undefined);
  expect(missing(back)).toEqual([]);
  expect(back.verdict).toBe('healthy');
});

test.each([
  [
    'it was cordoned before',
    after(0, undefined, cluster => {
      one(cluster, 'nodes', 'k8s-3').spec = { unschedulable: true };
    }),
  ],
  ['nobody looked before', undefined],
  [
    'it was another cluster',
    {
      ...after(0, undefined, () => undefined),
      cluster: { ...after(0, undefined, () => undefined).cluster, uid: field('other') },
    },
  ],
])('is not missed when %s', (_why, before) => {
  expect(missing(after(60, before, without('k8s-3')))).toEqual([]);
});
