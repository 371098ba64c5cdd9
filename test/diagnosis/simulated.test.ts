import { expect, test } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Root } from '../../src/diagnosis/diagnosis.ts';
import type { Expectation } from '../../src/simulator/faults/fault.ts';
import { FAULTS } from '../../src/simulator/faults/index.ts';
import { manualCluster } from '../simulator/controllers/manual-cluster.ts';
import { worldSnapshot } from './world-snapshot.ts';

/** Where the diagnosis names another object than the simulator's own description, and why. */
const otherwise: Readonly<Record<string, readonly [string, string]>> = {
  // Nothing to repair from here: no object of the cluster stands for these.
  'api-down': ['api', ''],
  'etcd-failing': ['api', ''],
  // Seen by the layer whose pods are not created.
  'webhook-deadlock': ['dns', 'ValidatingWebhookConfiguration kyverno-resource-validating-webhook-cfg'],
  // The operator is scaled to zero as well, and it brings all others back.
  'flux-gone': ['flux', 'Deployment flux-system/flux-operator'],
  // The lock belongs to the release; its Secret is only where Helm keeps it.
  'helm-pending': ['flux', 'Release flux-system/flux-operator'],
};

function named(root: Root | null): readonly [string, string] {
  if (root === null) return ['', ''];
  const { object } = root;
  if (object === null) return [root.layer, ''];
  const place = object.namespace === null ? object.name : `${object.namespace}/${object.name}`;
  return [root.layer, `${object.kind} ${place}`];
}

const wanted = (one: Expectation): readonly [string, string] => [
  one.layer,
  `${one.objectKind} ${one.objectName}`,
];

test.each(FAULTS.map(fault => [fault.name, fault] as const))(
  'finds the root of %s in the simulated cluster, and all well before and after',
  (name, fault) => {
    const cluster = manualCluster();
    cluster.advance(20);
    const before = diagnose(worldSnapshot(cluster));
    expect(before).toMatchObject({ verdict: 'healthy', root: null });
    fault.apply(cluster);
    cluster.advance(300);
    const early = diagnose(worldSnapshot(cluster), before);
    cluster.advance(600);
    const late = diagnose(worldSnapshot(cluster), early);
    expect(named(late.root)).toEqual(otherwise[name] ?? wanted(fault.expects));
    expect(late.otherRoots.map(named)).toEqual((fault.alsoExpects ?? []).map(wanted));
    expect(late.verdict).toMatch(/^(?:down|degraded)$/);
    if (early.root?.problem === late.root?.problem) expect(late.root?.since).toBe(early.root?.since);
    expect(late.root?.since).not.toBeNull();
    expect(late.root?.whys.at(0)?.evidence.length).toBeGreaterThan(0);
    fault.undo?.(cluster);
    cluster.advance(900);
    expect(diagnose(worldSnapshot(cluster), late)).toMatchObject({ verdict: 'healthy', root: null });
    cluster.stop();
  },
);

test('is certain within seconds that the CNI was deleted, before anything above fails', () => {
  const cluster = manualCluster();
  cluster.advance(20);
  const before = diagnose(worldSnapshot(cluster));
  FAULTS.find(fault => fault.name === 'cni-latent')?.apply(cluster);
  cluster.advance(2);
  const { root } = diagnose(worldSnapshot(cluster), before);
  expect(root).toMatchObject({ layer: 'cni', problem: 'missing', cause: 'deleted outside Helm' });
  cluster.stop();
});
