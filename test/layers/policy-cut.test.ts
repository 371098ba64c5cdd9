import { describe, expect, test } from 'vitest';
import type { StreamId } from '../../src/cluster/streams.ts';
import { judgeAll } from '../../src/layers/index.ts';
import { ago, snapshotOf } from '../support/snapshot.ts';
import { type Cluster, healthyCluster } from './healthy-cluster.ts';

type Policies = Partial<Record<StreamId, readonly unknown[]>>;

const LOOKUP =
  'failed to download archive: dial tcp: lookup source-controller.flux-system.svc.cluster.local. on 10.43.0.10:53: read udp 10.42.0.7:4711->10.43.0.10:53: i/o timeout';

/** A policy so many seconds old; the lookups fail since 300 s. */
const made = (name: string, age: number, more: object = {}) => ({
  metadata: { namespace: 'flux-system', name, creationTimestamp: ago(age), ...more },
});
const everywhere = (name: string, age: number) => ({ metadata: { name, creationTimestamp: ago(age) } });

function accused(policies: Policies): string | null {
  const cluster: Cluster = healthyCluster();
  const objects = { ...cluster.objects, ...policies };
  const [app] = (objects.kustomizations ?? []) as {
    status: { conditions: { type: string; status: string; reason: string; message: string }[] };
  }[];
  const ready = app?.status.conditions.find(({ type }) => type === 'Ready');
  if (ready === undefined) throw new Error('the healthy cluster has no Kustomization');
  Object.assign(ready, {
    status: 'False',
    reason: 'ArtifactFailed',
    message: LOOKUP,
    lastTransitionTime: ago(300),
  });
  const found = [...judgeAll(snapshotOf({ ...cluster, objects })).values()]
    .flatMap(({ findings }) => findings)
    .find(({ problem }) => problem === 'policy-blocks');
  if (found === undefined) return null;
  const { object, message } = found;
  const place = /holds in every namespace|stands in its namespace/.exec(message)?.[0];
  return `${object?.kind} ${object?.namespace ?? '-'}/${object?.name}: ${place}`;
}

describe('which policy is suspected of cutting Flux off', () => {
  test.each<[string, Policies, string | null]>([
    ['none where there is none', {}, null],
    [
      'one of Kubernetes',
      { 'networkpolicies-flux': [made('deny-all', 400)] },
      'NetworkPolicy flux-system/deny-all: stands in its namespace',
    ],
    [
      'one of Cilium in the namespace',
      { 'ciliumpolicies-flux': [made('deny-all', 400)] },
      'CiliumNetworkPolicy flux-system/deny-all: stands in its namespace',
    ],
    [
      'one of Cilium for all namespaces',
      { 'ciliumpolicies-everywhere': [everywhere('deny-egress', 400)] },
      'CiliumClusterwideNetworkPolicy -/deny-egress: holds in every namespace',
    ],
    [
      'the youngest of all kinds',
      {
        'networkpolicies-flux': [made('old', 90_000)],
        'ciliumpolicies-flux': [made('young', 310)],
        'ciliumpolicies-everywhere': [everywhere('older', 4_000)],
      },
      'CiliumNetworkPolicy flux-system/young: stands in its namespace',
    ],
    ['none that came after the trouble', { 'ciliumpolicies-flux': [made('late', 100)] }, null],
    [
      'none that Flux brought along',
      {
        'networkpolicies-flux': [made('allow-egress', 400)],
        'ciliumpolicies-flux': [made('theirs', 400, { labels: { 'app.kubernetes.io/part-of': 'flux' } })],
      },
      null,
    ],
  ])('%s', (_what, policies, expected) => {
    expect(accused(policies)).toBe(expected);
  });
});
