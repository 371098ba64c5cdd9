import { expect, test } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { all, healthyCluster, one } from '../layers/healthy-cluster.ts';
import { ago, snapshotOf } from '../support/snapshot.ts';
import { scenarios } from './scenarios.ts';

test('leads from the failing applications down to the missing CNI, and asks who removed it', () => {
  const whys = diagnose(snapshotOf(scenarios.cniGone())).root?.whys ?? [];
  expect(whys.map(why => why.question)).toEqual([
    'Why is 1 of 2 applications not ready?',
    'Why do lookups time out?',
    'Why are there no endpoints?',
    'Why can they not start?',
    'Why is there no agent socket?',
    'Who removed it?',
  ]);
  expect(whys.map(why => why.layer)).toEqual([
    'apps',
    'service-discovery',
    'dns',
    'pod-network',
    'cni',
    'cni',
  ]);
  expect(whys.map(why => why.inferred)).toEqual([false, false, false, false, false, true]);
  expect(whys.slice(0, 5).every(why => why.evidence.length > 0)).toBe(true);
});

test('clears Helm and Flux only where their records do', () => {
  const cluster = scenarios.cniGone();
  all(cluster, 'helmreleases').push({
    metadata: { namespace: 'kube-system', name: 'cilium' },
    spec: { suspend: true, interval: '1h', chart: { spec: { chart: 'cilium' } } },
  });
  const last = diagnose(snapshotOf(cluster)).root?.whys.at(-1);
  expect(last?.answer).toContain('Not Helm: rev 7');
  expect(last?.answer).toContain('Not Flux: HelmRelease cilium');
});

test('suspects pruning when the root Kustomization was made anew after the break', () => {
  const cluster = scenarios.cniGone();
  const app = one(cluster, 'kustomizations', 'monitoring');
  app.metadata.creationTimestamp = ago(120);
  expect(diagnose(snapshotOf(cluster)).root?.cause).toContain(
    'Kustomization monitoring was deleted and created again',
  );
});

test('does not ask who removed something that exists', () => {
  const whys = diagnose(snapshotOf(scenarios.cniOneNode())).root?.whys ?? [];
  expect(whys.map(why => why.layer)).toEqual(['pod-network', 'cni']);
});

test('starts at the nodes when nothing above complains yet', () => {
  const cluster = healthyCluster();
  const broken = scenarios.webhookDeadlock();
  all(cluster, 'nodes').splice(0, 3, ...all(broken, 'nodes'));
  const { root } = diagnose(snapshotOf(cluster));
  expect(root).toMatchObject({ layer: 'cni', problem: 'waits-for-cni', confidence: 'low' });
  expect(root?.whys.at(-1)?.inferred).toBe(true);
});
