import { describe, expect, test } from 'vitest';
import { refText } from '../../src/cluster/object-ref.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import type { LayerId } from '../../src/layers/layer.ts';
import { snapshotOf } from '../support/snapshot.ts';
import { type ScenarioName, scenarios } from './scenarios.ts';

const seen = (name: ScenarioName): Diagnosis => diagnose(snapshotOf(scenarios[name]()));

/** `down<cni` is down because of the CNI. */
function tower(diagnosis: Diagnosis): readonly string[] {
  return diagnosis.layers.map(layer =>
    layer.blockedBy === null ? layer.verdict : `${layer.verdict}<${layer.blockedBy}`,
  );
}

interface Row {
  readonly name: ScenarioName;
  readonly verdict: Diagnosis['verdict'];
  readonly root: readonly [LayerId, string, string | null];
  readonly nodes?: readonly string[];
  readonly cause?: string;
  readonly confidence?: string;
  readonly tower: readonly string[];
}

const hidden = (by: string, count: number) => Array.from({ length: count }, () => `unknown<${by}`);
const healthy = (count: number) => Array.from({ length: count }, () => 'healthy');
const cilium = 'DaemonSet kube-system/cilium';
const fallen = [
  'healthy',
  'blocked<cni',
  'down',
  'down<cni',
  'down<cni',
  'blocked<cni',
  'unknown<cni',
  'blocked<cni',
];

const rows: readonly Row[] = [
  {
    name: 'cniGone',
    verdict: 'down',
    root: ['cni', 'missing', cilium],
    cause: 'deleted outside Helm',
    confidence: 'high',
    tower: fallen,
  },
  {
    name: 'releaseGone',
    verdict: 'down',
    root: ['cni', 'missing', cilium],
    cause: 'its Helm release is gone too',
    confidence: 'high',
    tower: fallen,
  },
  {
    name: 'releasePending',
    verdict: 'down',
    root: ['cni', 'missing', cilium],
    cause: 'a Helm operation never ended',
    confidence: 'high',
    tower: fallen,
  },
  {
    name: 'cniLatent',
    verdict: 'down',
    root: ['cni', 'missing', cilium],
    confidence: 'medium',
    tower: ['healthy', 'healthy', 'down', ...hidden('cni', 3), 'healthy', 'unknown<cni'],
  },
  {
    name: 'cniOneNode',
    verdict: 'degraded',
    root: ['cni', 'crashing', cilium],
    nodes: ['k8s-2'],
    confidence: 'high',
    tower: ['healthy', 'healthy', 'degraded', 'degraded<cni', ...healthy(4)],
  },
  {
    name: 'nodeDown',
    verdict: 'degraded',
    root: ['nodes', 'node-silent', 'Node k8s-2'],
    nodes: ['k8s-2'],
    confidence: 'high',
    tower: ['healthy', 'degraded', 'degraded<nodes', 'healthy', 'degraded<nodes', ...healthy(3)],
  },
  {
    name: 'nodePressure',
    verdict: 'degraded',
    root: ['nodes', 'pressure', 'Node k8s-3'],
    nodes: ['k8s-3'],
    tower: ['healthy', 'degraded', ...healthy(6)],
  },
  {
    name: 'controlPlaneFrozen',
    verdict: 'degraded',
    root: ['api', 'lease-stale', 'Lease kube-system/kube-controller-manager'],
    tower: ['degraded', ...hidden('api', 7)],
  },
  {
    name: 'writesFail',
    verdict: 'down',
    root: ['api', 'writes-fail', null],
    confidence: 'high',
    tower: [
      'down',
      'down<api',
      'down<api',
      'unknown<api',
      'down<api',
      'blocked<api',
      'down<api',
      'unknown<api',
    ],
  },
  {
    name: 'apiDown',
    verdict: 'down',
    root: ['api', 'unreachable', null],
    confidence: 'high',
    tower: ['down', ...hidden('api', 7)],
  },
  {
    name: 'etcdFailing',
    verdict: 'down',
    root: ['api', 'check-failed', null],
    confidence: 'high',
    tower: ['down', 'healthy', ...hidden('api', 4), 'healthy', 'unknown<api'],
  },
  {
    name: 'webhookDeadlock',
    verdict: 'down',
    root: ['cni', 'webhook-blocks', 'ValidatingWebhookConfiguration kyverno-resource-validating-webhook-cfg'],
    confidence: 'high',
    tower: ['healthy', 'blocked<cni', 'down', 'down<cni', ...hidden('cni', 2), 'healthy', 'unknown<cni'],
  },
  {
    name: 'fluxPruned',
    verdict: 'down',
    root: ['cni', 'missing', cilium],
    cause:
      'pruned by Flux: Kustomization cluster-apps at main@4f1c2a9 no longer has Kustomization/flux-system/cilium; suspend it before the repair',
    confidence: 'high',
    tower: fallen,
  },
  {
    name: 'dnsCycle',
    verdict: 'down',
    root: ['nodes', 'dns-cycle', 'Service network/pihole'],
    confidence: 'high',
    tower: ['healthy', 'degraded', 'healthy', 'healthy', 'down<nodes', 'blocked<nodes', 'healthy', 'healthy'],
  },
  {
    name: 'policyCut',
    verdict: 'down',
    root: ['pod-network', 'policy-blocks', 'NetworkPolicy flux-system/deny-all'],
    confidence: 'low',
    tower: [
      'healthy',
      'healthy',
      'healthy',
      'degraded',
      'healthy',
      'healthy',
      'degraded<pod-network',
      'down<pod-network',
    ],
  },
];

describe('one fault in an otherwise healthy cluster', () => {
  test.each(rows)('$name: names the lowest broken thing and what follows from it', row => {
    const diagnosis = seen(row.name);
    const { root } = diagnosis;
    expect(diagnosis.verdict).toBe(row.verdict);
    expect([root?.layer, root?.problem, root?.object == null ? null : refText(root.object)]).toEqual(
      row.root,
    );
    expect(root?.scope?.nodes ?? null).toEqual(row.nodes ?? null);
    expect(root?.cause ?? null).toBe(row.cause ?? (row.name === 'cniLatent' ? 'deleted outside Helm' : null));
    if (row.confidence !== undefined) expect(root?.confidence).toBe(row.confidence);
    expect(tower(diagnosis)).toEqual(row.tower);
    expect(diagnosis.otherRoots).toEqual([]);
  });
});

describe('no fault', () => {
  test.each(['healthy', 'noisy'] as const)('%s: every layer is healthy and there is no root', name => {
    const diagnosis = seen(name);
    expect(diagnosis.verdict).toBe('healthy');
    expect(diagnosis.root).toBeNull();
    expect(tower(diagnosis)).toEqual(healthy(8));
  });
});

test('keeps two independent faults apart: a node that is off does not explain a wrong key', () => {
  const diagnosis = seen('twoRoots');
  const roots = [diagnosis.root, ...diagnosis.otherRoots].map(root => root?.problem);
  expect([...roots].sort()).toEqual(['decryption-failed', 'node-silent']);
  const key = [diagnosis.root, ...diagnosis.otherRoots].find(root => root?.problem === 'decryption-failed');
  expect(key?.signatures).toContain('S64');
  expect(key?.explains).toEqual({ layers: [], apps: 0 });
});

test('counts what the root explains', () => {
  const { root } = seen('cniGone');
  expect(root?.explains.apps).toBe(1);
  expect(root?.explains.layers).toEqual(['nodes', 'pod-network', 'dns', 'service-discovery', 'flux', 'apps']);
  expect(root?.signatures).toEqual(expect.arrayContaining(['S11', 'S20']));
  expect(root?.summary).toBe(
    'DaemonSet kube-system/cilium does not exist, though Helm says release cilium rev 7 is deployed',
  );
});

test('shows what was known last when the API server does not answer', () => {
  const { layers } = seen('apiDown');
  const nodes = layers[1];
  expect(nodes).toMatchObject({ verdict: 'unknown', reason: 'api', stale: true, blockedBy: 'api' });
  expect(nodes?.summary).toBe('3/3 Ready · v1.33.1');
});

test('says what a hidden layer claims and how old its proof is', () => {
  const dns = seen('webhookDeadlock').layers[4];
  expect(dns).toMatchObject({ verdict: 'unknown', reason: 'hidden' });
  expect(dns?.summary).toMatch(/^says 2\/2 ready on 2 nodes; last proof .+ ago$/);
});

test('refused credentials are a root, but the cluster is not called down for it', () => {
  const given = scenarios.healthy();
  const failure = { reason: 'unauthorized', message: 'Unauthorized' as never, since: 1 } as const;
  const diagnosis = diagnose(snapshotOf({ ...given, api: { failure } }));
  expect(diagnosis.verdict).toBe('unknown');
  expect(diagnosis.root?.problem).toBe('unauthorized');
  expect(diagnosis.layers.every(layer => layer.verdict === 'unknown')).toBe(true);
});

test('a kind that may not be read makes one layer unknown and no other', () => {
  const given = scenarios.healthy();
  const refused = { state: 'failed', reason: 'rbac', message: 'forbidden' as never } as const;
  const diagnosis = diagnose(snapshotOf({ ...given, freshness: { 'services-system': refused } }));
  expect(diagnosis.layers[5]).toMatchObject({ verdict: 'unknown', reason: 'rbac', blockedBy: null });
  expect(diagnosis.layers.filter(layer => layer.verdict === 'healthy')).toHaveLength(7);
  expect(diagnosis.verdict).toBe('unknown');
});
