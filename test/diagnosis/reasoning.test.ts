import { describe, expect, test } from 'vitest';
import { streamIds } from '../../src/cluster/streams.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { problems } from '../../src/layers/problems.ts';
import { rules } from '../../src/layers/rules.ts';
import { FAULTS } from '../../src/simulator/faults/index.ts';
import { manualCluster } from '../simulator/controllers/manual-cluster.ts';
import { NOW, snapshotOf } from '../support/snapshot.ts';
import { scenarios } from './scenarios.ts';
import { worldSnapshot } from './world-snapshot.ts';

const all = Object.values(rules).flat();

describe('the rules', () => {
  test('have an id of their own, and read watches and conclude problems that there are', () => {
    expect(new Set(all.map(rule => rule.id)).size).toBe(all.length);
    for (const rule of all) {
      expect(rule.reads.filter(id => !streamIds.includes(id))).toEqual([]);
      expect(rule.concludes.filter(problem => !(problem in problems))).toEqual([]);
      expect(rule.asks).toMatch(/\?$/);
    }
  });

  test.each(FAULTS.map(fault => [fault.name, fault] as const))(
    'account for the root of %s',
    (_name, fault) => {
      const cluster = manualCluster();
      cluster.advance(20);
      fault.apply(cluster);
      cluster.advance(600);
      const { root, otherRoots, layers } = diagnose(worldSnapshot(cluster));
      cluster.stop();
      const told = [root, ...otherRoots].map(one => one?.rule);
      for (const id of told) expect(all.map(rule => rule.id)).toContain(id);
      expect(layers.map(layer => layer.rule).filter(id => id?.endsWith('.other'))).toEqual([]);
    },
  );
});

test('a root says what its rule had before it, and holds nothing that changes by itself', () => {
  const { root } = diagnose(snapshotOf(scenarios.cniGone()));
  expect(root?.rule).toBe('cni.presence');
  expect(root?.inputs).toEqual([
    'is the CNI there that belongs here?',
    'daemonsets: live, 0 objects',
    'deployments-system: live, 2 objects',
    'helm-releases: live, 4 objects',
    'crds: live, 0 objects',
    'nodes: live, 3 objects',
  ]);
  const later = diagnose({ ...snapshotOf(scenarios.cniGone()), now: NOW + 3_000 });
  expect(later.root?.inputs).toEqual(root?.inputs);
});

test('releases that the repository lists are compared with what is installed', () => {
  const snapshot = snapshotOf(scenarios.healthy());
  const wish = {
    name: 'cilium' as never,
    namespace: 'kube-system' as never,
    chart: 'cilium/cilium' as never,
    version: '1.16.0' as never,
  };
  const told = diagnose(snapshot, undefined, [wish]).components.find(one => one.name === 'cilium');
  expect(told?.findings.map(one => one.message)).toContain(
    'a sync would downgrade: wanted 1.16.0, installed 1.17.4',
  );
  expect(diagnose(snapshot).components.find(one => one.name === 'cilium')?.wanted).toBeNull();
});
