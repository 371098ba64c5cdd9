import { expect, test } from 'vitest';
import { nodesLayer } from '../../src/layers/nodes.ts';
import { snapshotOf } from '../support/snapshot.ts';
import { healthyCluster, NODES, one } from './healthy-cluster.ts';

const notes = (...versions: readonly string[]) => {
  const cluster = healthyCluster();
  for (const [i, name] of NODES.entries())
    one(cluster, 'nodes', name).status.nodeInfo = { kubeletVersion: versions[i] };
  const judged = nodesLayer.judge(snapshotOf(cluster), new Map());
  expect(judged.verdict).toBe('healthy');
  return judged.findings.map(found => found.message);
};

test.each([
  ['alike', ['v1.33.1', 'v1.33.1', 'v1.33.1'], []],
  ['alike but for the patch', ['v1.33.1', 'v1.33.4', 'v1.33.1'], []],
  ['of two minor versions', ['v1.33.1', 'v1.32.0', 'v1.33.1'], ['kubelets differ: v1.32.0 (1), v1.33.1 (2)']],
  [
    'newer than the API server',
    ['v1.34.0', 'v1.33.1', 'v1.33.1'],
    ['kubelets v1.34.0 (1) do not fit the API server v1.33.1: at most 3 minor versions older, never newer'],
  ],
  [
    'four minor versions older',
    ['v1.29.9', 'v1.29.9', 'v1.33.1'],
    ['kubelets v1.29.9 (2) do not fit the API server v1.33.1: at most 3 minor versions older, never newer'],
  ],
  ['unreadable', ['', 'odd', 'v1.33.1'], ['kubelets differ: odd (1), v1.33.1 (1)']],
])('kubelets that are %s', (_what, versions, messages) => {
  expect(notes(...versions)).toEqual(messages);
});
