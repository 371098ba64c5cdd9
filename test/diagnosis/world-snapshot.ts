import { kinds } from '../../src/cluster/kinds.ts';
import type { ApiFacts, NodePods, Snapshot } from '../../src/cluster/snapshot.ts';
import type { StreamPlan } from '../../src/cluster/streams.ts';
import { type StreamId, streamIds, streams } from '../../src/cluster/streams.ts';
import type { Json, Stored } from '../../src/simulator/world.ts';
import { field } from '../../src/text/field.ts';
import { type ManualCluster, START } from '../simulator/controllers/manual-cluster.ts';
import { snapshotOf } from '../support/snapshot.ts';

/** What groundup would know of a simulated cluster, without the network between them. */
export function worldSnapshot(cluster: ManualCluster): Snapshot {
  const now = cluster.clock.now();
  const objects = Object.fromEntries(streamIds.map(id => [id, watched(cluster, id)]));
  return snapshotOf({ now, objects, api: apiFacts(cluster, now), pods: { byNode: podsByNode(cluster) } });
}

function apiFacts({ behaviour }: ManualCluster, now: number): Partial<ApiFacts> {
  const failed = behaviour.failingChecks.map(name => field(name));
  const facts: Partial<ApiFacts> = { lastReplyAt: now, readyz: { passed: 31 - failed.length, failed } };
  if (behaviour.reach !== 'refuse') return facts;
  const failure = { reason: 'refused', message: field('connect ECONNREFUSED'), since: START } as const;
  return { ...facts, reach: 'unreached', failure, readyz: null };
}

function watched({ world }: ManualCluster, id: StreamId): readonly Stored[] {
  const plan: StreamPlan = streams[id];
  const { group, resource } = kinds[plan.kind];
  const namespace = typeof plan.namespace === 'object' ? 'flux-system' : plan.namespace;
  return world
    .list(`${group}/${resource}`, namespace)
    .filter(object => hasLabels(object, plan.labels) && hasFields(object, plan.fields));
}

function hasLabels(object: Stored, selector: string | undefined): boolean {
  if (selector === undefined) return true;
  if (selector.startsWith('!')) return object.metadata.labels?.[selector.slice(1)] === undefined;
  const [, key, values] = /^(\S+) in \((.*)\)$/.exec(selector) ?? /^([^=]+)=(.*)$/.exec(selector) ?? [];
  return (values ?? '').split(',').includes(object.metadata.labels?.[key ?? ''] ?? '-');
}

function hasFields(object: Stored, selector: string | undefined): boolean {
  if (selector === undefined) return true;
  const [, path, operator, value] = /^([\w.]+?)(!?=)(.*)$/.exec(selector) ?? [];
  const found = (path ?? '').split('.').reduce<Json>((at, key) => at?.[key], object);
  return (found === value) === (operator === '=');
}

function podsByNode({ world }: ManualCluster): ReadonlyMap<string, NodePods> {
  const byNode = new Map<string, NodePods>();
  for (const pod of world.list('/pods')) {
    const { nodeName, hostNetwork } = pod.spec;
    if (nodeName === undefined || pod.status?.phase !== 'Running') continue;
    const known = byNode.get(nodeName) ?? {
      running: 0,
      ready: 0,
      newestReadyStart: null,
      readyOnPodNetwork: 0,
    };
    const isReady =
      pod.status.conditions?.some((c: Json) => c.type === 'Ready' && c.status === 'True') === true;
    const isOwn = isReady && hostNetwork !== true;
    const start = Date.parse(pod.metadata.creationTimestamp);
    byNode.set(nodeName, {
      running: known.running + 1,
      ready: known.ready + Number(isReady),
      readyOnPodNetwork: known.readyOnPodNetwork + Number(isOwn),
      newestReadyStart: isOwn ? Math.max(known.newestReadyStart ?? 0, start) : known.newestReadyStart,
    });
  }
  return byNode;
}
