import { expect, test } from 'vitest';
import type { LogEvidence } from '../../src/cluster/log-evidence.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { field } from '../../src/text/field.ts';
import { type Cluster, healthyCluster, one } from '../layers/healthy-cluster.ts';
import { ago, NOW, snapshotOf } from '../support/snapshot.ts';
import { scenarios } from './scenarios.ts';

const LOOKUP =
  'Kustomization flux-system/apps: artifact fetch failed: dial tcp: lookup source-controller.flux-system.svc.cluster.local. on 10.43.0.10:53: read udp 10.42.0.5:41234->10.43.0.10:53: i/o timeout';

const heard = (name: string, text: string, at = NOW - 10_000): LogEvidence => ({
  pod: { kind: field('Pod'), namespace: field('flux-system'), name: field(`${name}-1`) },
  container: field('manager'),
  previous: false,
  at: NOW - 5_000,
  lines: [{ text: field(text), count: 3, at, isFatal: false }],
  refused: null,
});

/** CoreDNS is gone for five minutes; every application still says that it is well. */
function dnsGone(): Cluster {
  const cluster = healthyCluster();
  const pods = cluster.objects['pods-system'] ?? [];
  cluster.objects['pods-system'] = pods.filter(pod => !pod.metadata.name.startsWith('coredns'));
  const coredns = one(cluster, 'deployments-system', 'coredns');
  coredns.spec.replicas = 0;
  Object.assign(coredns.status, { replicas: 0, readyReplicas: 0, availableReplicas: 0 });
  return cluster;
}
const chain = (cluster: Cluster, logs: readonly LogEvidence[]) =>
  diagnose(snapshotOf({ ...cluster, logs })).root?.whys ?? [];

test('the log of a controller is the link from applications to DNS while their objects still say that all is well', () => {
  const without = chain(dnsGone(), []);
  expect(without.map(why => why.layer)).not.toContain('apps');
  const [first, second] = chain(dnsGone(), [heard('kustomize-controller', LOOKUP)]);
  expect(first).toMatchObject({
    layer: 'apps',
    object: { kind: 'Deployment', namespace: 'flux-system', name: 'kustomize-controller' },
    evidence: [LOOKUP],
    inferred: false,
  });
  expect(second?.question).toBe('Why do lookups time out?');
});

test('several controllers are told in one link, the newest first', () => {
  const [first] = chain(dnsGone(), [
    heard('kustomize-controller', LOOKUP, NOW - 30_000),
    heard('source-controller', 'lookup ghcr.io on 10.43.0.10:53: server misbehaving', NOW - 9_000),
  ]);
  expect(first?.evidence[0]).toContain('ghcr.io');
  expect(first?.evidence[1]).toBe(`log of Deployment flux-system/kustomize-controller: ${LOOKUP}`);
});

test('applications that complain themselves keep their link and get the log as further evidence', () => {
  const cluster = scenarios.cniGone();
  const before = chain(cluster, []);
  const after = chain(cluster, [heard('kustomize-controller', LOOKUP)]);
  expect(after.map(why => why.question)).toEqual(before.map(why => why.question));
  expect(after[0]?.evidence).toEqual([
    ...(before[0]?.evidence ?? []),
    `log of Deployment flux-system/kustomize-controller: ${LOOKUP}`,
  ]);
});

test('lines from before the fault, and lines about something else, prove nothing', () => {
  const cluster = dnsGone();
  const condition = one(cluster, 'deployments-system', 'coredns').status.conditions[0];
  Object.assign(condition, { type: 'Available', status: 'False', lastTransitionTime: ago(120) });
  const other = heard('helm-controller', 'leader election lost');
  const old = heard('kustomize-controller', LOOKUP, NOW - 400_000);
  expect(chain(cluster, [old, other])).toEqual(chain(cluster, []));
});

test('a log changes no verdict, only what is told of it', () => {
  const logs = [heard('kustomize-controller', LOOKUP), heard('source-controller', LOOKUP)];
  for (const cluster of [healthyCluster(), dnsGone(), scenarios.cniGone()]) {
    const told = (given: Parameters<typeof snapshotOf>[0]) => {
      const { verdict, layers, root } = diagnose(snapshotOf(given));
      return [verdict, layers.map(one => [one.verdict, one.findings.length]), root?.object, root?.problem];
    };
    expect(told({ ...cluster, logs })).toEqual(told(cluster));
  }
});
