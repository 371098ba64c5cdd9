import { expect, test } from 'vitest';
import { type KindId, kinds } from '../../src/cluster/kinds.ts';
import { type StreamId, type StreamPlan, streamIds, streams } from '../../src/cluster/streams.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Bench } from '../../src/recovery/action.ts';
import { bestRemedy } from '../../src/recovery/offer.ts';
import { faultNamed } from '../../src/simulator/faults/index.ts';
import type { ResourceKey } from '../../src/simulator/world.ts';
import { type ManualCluster, manualCluster, START } from '../simulator/controllers/manual-cluster.ts';
import { snapshotOf } from '../support/snapshot.ts';
import { workshop } from './bench.ts';

/** Half an hour after the fault: long enough for every symptom, and for a Helm lock to count as left behind. */
const PLAYS = 1_800;

test.each([
  ['cni-gone', 'sync-release cilium'],
  ['cni-latent', 'sync-release cilium'],
  ['cni-one-node', 'guide: look at the node: the same agent works on the others'],
  ['coredns-zero', 'scale-coredns Deployment kube-system/coredns'],
  ['coredns-loop', 'sync-release coredns'],
  ['dns-service-gone', 'sync-release coredns'],
  ['dns-service-ip', 'recreate-dns-service Service kube-system/kube-dns'],
  ['flux-gone', 'install-flux'],
  ['flux-instance-gone', 'sync-release flux-instance'],
  ['controller-lease-stale', 'restart-rollout Deployment flux-system/kustomize-controller'],
  ['helm-exhausted', 'reset-helmrelease HelmRelease media/immich'],
  ['helm-pending', 'clear-helm-lock flux-operator'],
  ['webhook-deadlock', 'open-webhook ValidatingWebhookConfiguration kyverno-resource-validating-webhook-cfg'],
  ['node-down', 'guide: look at the machine and restart its kubelet'],
  ['sops-key', 'guide: put the decryption key back into the namespace'],
])('the fault %s is best answered by %s', (name, answer) => {
  const cluster = manualCluster();
  cluster.advance(60);
  faultNamed(name)?.apply(cluster);
  cluster.advance(PLAYS);
  const bench = look(cluster, START + (60 + PLAYS) * 1000);
  const { root } = bench.diagnosis;
  const best = root === null ? null : bestRemedy(root, bench);
  const said =
    best?.action === 'guide'
      ? `guide: ${best.title}`
      : [best?.action, best?.target].filter(Boolean).join(' ');
  expect(said).toBe(answer);
  if (best?.action !== 'guide') expect(best?.blockedBy).toBeNull();
});

/** What a watch of the simulated cluster would have brought. */
function look(cluster: ManualCluster, now: number): Bench {
  const objects = Object.fromEntries(streamIds.map(id => [id, listed(cluster, id)]));
  const snapshot = snapshotOf({ objects, now, api: { lastReplyAt: now } });
  return { snapshot, diagnosis: diagnose(snapshot, undefined, workshop.repository.releases), workshop, now };
}

function listed(cluster: ManualCluster, id: StreamId): readonly unknown[] {
  const plan: StreamPlan = streams[id];
  const { group, resource } = kinds[plan.kind as KindId];
  const namespace = typeof plan.namespace === 'object' ? 'flux-system' : plan.namespace;
  return cluster.world
    .list(`${group}/${resource}` as ResourceKey, namespace)
    .filter(one => hasLabels(one.metadata.labels ?? {}, plan.labels) && hasFields(one, plan.fields));
}

function hasLabels(labels: Readonly<Record<string, string>>, selector = ''): boolean {
  const among = /^(\S+) in \((.*)\)$/.exec(selector);
  if (among !== null) return (among[2] ?? '').split(',').includes(labels[among[1] ?? ''] ?? '');
  const [key = '', value] = selector.split('=');
  return key === '' || labels[key] === value;
}

function hasFields(object: unknown, selector = ''): boolean {
  const match = /^([\w.]+)(!?=)(.*)$/.exec(selector);
  if (match === null) return true;
  const found = (match[1] ?? '')
    .split('.')
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], object);
  return (found === match[3]) === (match[2] === '=');
}
