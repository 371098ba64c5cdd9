import { expect, test } from 'vitest';
import { clusterVerdict } from '../../src/diagnosis/cluster-verdict.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { LayerView } from '../../src/diagnosis/diagnosis.ts';
import { healthyCluster } from '../layers/healthy-cluster.ts';
import { snapshotOf } from '../support/snapshot.ts';

const healthy = diagnose(snapshotOf(healthyCluster())).layers;
const withLayers = (changes: Partial<Record<LayerView['id'], Partial<LayerView>>>) =>
  clusterVerdict(healthy.map(layer => ({ ...layer, ...changes[layer.id] })));

test.each([
  ['nothing wrong', {}, 'healthy'],
  ['a layer without evidence', { 'pod-network': { verdict: 'unknown', reason: 'no-evidence' } }, 'healthy'],
  ['a CNI that cannot be seen', { cni: { verdict: 'unknown', reason: 'not-observable' } }, 'healthy'],
  ['a layer that may not be read', { dns: { verdict: 'unknown', reason: 'rbac' } }, 'unknown'],
  ['a stale layer', { dns: { verdict: 'unknown', reason: 'stale', stale: true } }, 'unknown'],
  ['a rollout', { cni: { verdict: 'progressing' } }, 'progressing'],
  [
    'a rollout and a layer that may not be read',
    { cni: { verdict: 'progressing' }, apps: { verdict: 'unknown', reason: 'rbac' } },
    'unknown',
  ],
  [
    'a fault and a layer that may not be read',
    { cni: { verdict: 'degraded' }, apps: { verdict: 'unknown', reason: 'rbac' } },
    'degraded',
  ],
  [
    'a fault that hides the rest',
    { cni: { verdict: 'degraded' }, apps: { verdict: 'unknown', reason: 'hidden', blockedBy: 'cni' } },
    'degraded',
  ],
  [
    'nodes that wait for a CNI being installed',
    { nodes: { verdict: 'blocked', blockedBy: 'cni' }, cni: { verdict: 'progressing' } },
    'progressing',
  ],
  [
    'something down above something degraded',
    { nodes: { verdict: 'degraded' }, dns: { verdict: 'down' } },
    'down',
  ],
] as const)('%s', (_, changes, verdict) => {
  expect(withLayers(changes)).toBe(verdict);
});
