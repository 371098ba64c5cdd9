import { describe, expect, test } from 'vitest';
import { explains } from '../../src/diagnosis/explain.ts';
import type { Fault } from '../../src/diagnosis/faults.ts';
import { findRoots } from '../../src/diagnosis/roots.ts';
import { finding, named } from '../../src/layers/judgement.ts';
import type { Finding, LayerId } from '../../src/layers/layer.ts';
import type { Problem } from '../../src/layers/problems.ts';
import { field } from '../../src/text/field.ts';
import { say } from '../../src/text/safe.ts';
import { all, healthyCluster, one } from '../layers/healthy-cluster.ts';
import { ago, snapshotOf } from '../support/snapshot.ts';

const snapshot = snapshotOf(healthyCluster());
const k8s2 = [field('k8s-2')];

function fault(layer: LayerId, problem: Problem, given: Partial<Finding> & { home?: LayerId } = {}): Fault {
  const { home = layer, ...rest } = given;
  const found = finding({ problem, severity: 'critical', message: say`so`, ...rest });
  return { layer, home, finding: found, scope: found.nodes === null ? null : new Set(found.nodes) };
}

const cniGone = fault('cni', 'missing', { object: named('DaemonSet', 'kube-system', 'cilium') });
const nodeGone = fault('nodes', 'node-silent', { nodes: k8s2 });

describe('a fault of the whole cluster', () => {
  test.each<[LayerId, Problem, Partial<Finding>]>([
    ['dns', 'not-ready', {}],
    ['dns', 'crashing', { signature: 'S42' }],
    ['service-discovery', 'no-endpoints', {}],
    ['apps', 'source-failed', { signature: 'S45' }],
    ['apps', 'health-check-failed', {}],
  ])('explains %s %s %j', (layer, problem, given) => {
    expect(explains(snapshot, cniGone, fault(layer, problem, given))).toBe(true);
  });

  test.each<[LayerId, Problem, Partial<Finding>]>([
    ['dns', 'crashing', { signature: 'S43' }],
    ['dns', 'crashing', { signature: 'S40' }],
    ['dns', 'scaled-to-zero', {}],
    ['service-discovery', 'missing', {}],
    ['service-discovery', 'wrong-address', {}],
    ['apps', 'decryption-failed', {}],
    ['apps', 'dependency-missing', {}],
    ['apps', 'source-failed', { signature: 'S60' }],
  ])('does not explain what somebody did: %s %s %j', (layer, problem, given) => {
    expect(explains(snapshot, cniGone, fault(layer, problem, given))).toBe(false);
  });

  test('explains nothing as a mere warning', () => {
    const warning = fault('api', 'certificate-expiring', { severity: 'warning' });
    expect(explains(snapshot, warning, fault('apps', 'health-check-failed'))).toBe(false);
  });

  test('explains an aggregated API whose backend it takes away, though that is seen further down', () => {
    expect(explains(snapshot, cniGone, fault('api', 'api-unavailable', { severity: 'warning' }))).toBe(true);
  });

  test('explains the lock on the very release that it is missing from, and no other lock', () => {
    const lock = (name: string) =>
      fault('apps', 'release-pending', { object: named('Release', 'kube-system', name) });
    expect(explains(snapshot, cniGone, lock('cilium'))).toBe(true);
    expect(explains(snapshot, cniGone, lock('media'))).toBe(false);
  });
});

describe('a fault of one node', () => {
  test('explains what is confined to it', () => {
    expect(explains(snapshot, nodeGone, fault('cni', 'agent-not-ready', { nodes: k8s2 }))).toBe(true);
    const both = [...k8s2, field('k8s-3')];
    expect(explains(snapshot, nodeGone, fault('cni', 'agent-not-ready', { nodes: both }))).toBe(false);
  });

  test('does not explain failures of applications', () => {
    expect(explains(snapshot, nodeGone, fault('apps', 'health-check-failed'))).toBe(false);
  });

  test('explains a workload only when all its unready pods are there', () => {
    const coredns = fault('dns', 'not-ready', { object: named('Deployment', 'kube-system', 'coredns') });
    const cluster = healthyCluster();
    one(cluster, 'node-leases', 'k8s-2').spec.renewTime = ago(100);
    expect(explains(snapshotOf(cluster), nodeGone, coredns)).toBe(true);
    const pod = all(cluster, 'pods-system').find(({ metadata }) => metadata.name === 'coredns-k8s-1');
    pod.status.conditions[1].status = 'False';
    expect(explains(snapshotOf(cluster), nodeGone, coredns)).toBe(false);
  });
});

describe('within one layer', () => {
  test('what is absent explains what limps', () => {
    const agents = fault('cni', 'agent-missing', { nodes: k8s2 });
    expect(explains(snapshot, cniGone, agents)).toBe(true);
    expect(explains(snapshot, agents, cniGone)).toBe(false);
  });

  test('kube-proxy and the CNI are two things', () => {
    const proxy = fault('cni', 'missing', { object: named('DaemonSet', 'kube-system', 'kube-proxy') });
    expect(explains(snapshot, cniGone, proxy) || explains(snapshot, proxy, cniGone)).toBe(false);
  });

  test('each application fails for itself, save one that waits', () => {
    const key = fault('apps', 'decryption-failed', { object: named('Kustomization', 'a', 'x') });
    expect(
      explains(snapshot, key, fault('apps', 'build-failed', { object: named('Kustomization', 'a', 'y') })),
    ).toBe(false);
    expect(explains(snapshot, key, fault('apps', 'dependency-not-ready'))).toBe(true);
  });

  test('two faults never explain each other', () => {
    const problems: Problem[] = [
      'missing',
      'crashing',
      'not-ready',
      'agent-missing',
      'webhook-blocks',
      'tainted',
      'restarting',
    ];
    const faults = problems.flatMap(problem =>
      (['cni', 'nodes', 'dns'] as const).flatMap(layer => [
        fault(layer, problem),
        fault(layer, problem, { nodes: k8s2, severity: 'warning' }),
      ]),
    );
    for (const a of faults) {
      for (const b of faults) expect(explains(snapshot, a, b) && explains(snapshot, b, a)).toBe(false);
    }
  });
});

test('the same webhook seen by two layers is one root', () => {
  const object = named('ValidatingWebhookConfiguration', null, 'hook');
  const [cni, dns] = [fault('cni', 'webhook-blocks', { object }), fault('dns', 'webhook-blocks', { object })];
  const roots = findRoots(snapshot, new Map(), [cni, dns]);
  expect(roots.map(root => root.fault)).toEqual([cni]);
  expect(roots[0]?.explained).toEqual([dns]);
});
