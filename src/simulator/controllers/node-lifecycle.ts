import type { Json, Stored } from '../world.ts';
import { recordEvent } from './events.ts';
import { LEASES } from './leases.ts';
import { conditionOf, podReady, setCondition, stamp } from './objects.ts';
import { tolerates } from './scheduling.ts';
import type { Life } from './switches.ts';
import { controlPlaneActs } from './work-queue.ts';

const MONITOR_MS = 5_000;
const GRACE_MS = 50_000;
const DEFAULT_TOLERATION_MS = 300_000;
const COMPONENT = 'node-controller';
const SILENT = {
  status: 'Unknown',
  reason: 'NodeStatusUnknown',
  message: 'Kubelet stopped posting node status.',
};
const PRESSURES: Record<string, string> = {
  MemoryPressure: 'node.kubernetes.io/memory-pressure',
  DiskPressure: 'node.kubernetes.io/disk-pressure',
  PIDPressure: 'node.kubernetes.io/pid-pressure',
  NetworkUnavailable: 'node.kubernetes.io/network-unavailable',
};
const OWNED = new Set([
  ...Object.values(PRESSURES),
  'node.kubernetes.io/not-ready',
  'node.kubernetes.io/unreachable',
  'node.kubernetes.io/unschedulable',
]);

/**
 * The node lifecycle controller. It believes a lease for 50 s counted from when it saw it move, so after the API
 * server or the controller itself was away every node gets its full grace again.
 */
export function startNodeLifecycle(life: Life): () => void {
  const seen = new Map<string, { renewTime: string; at: number }>();
  const evictions = new Map<string, number>();
  let awake = true;
  const monitor = (): void => {
    const acts = controlPlaneActs(life);
    if (!acts || !awake) seen.clear();
    awake = acts;
    if (!acts) return;
    const nodes = life.world.list('/nodes');
    for (const node of nodes) watchLease(life, node, seen);
    const fresh = life.world.list('/nodes');
    const disrupted = fresh.every(node => conditionOf(node, 'Ready')?.status !== 'True');
    for (const node of fresh) taint(life, node, disrupted);
    evict(life, evictions, disrupted);
  };
  const unsubscribe = life.world.subscribe(({ resource, object, old }) => {
    if (resource !== '/nodes' || conditions(object) === conditions(old)) return;
    life.clock.after(50, monitor);
  });
  const cancel = life.clock.every(MONITOR_MS, monitor);
  return () => {
    unsubscribe();
    cancel();
  };
}

function conditions(node: Stored | undefined): string {
  return JSON.stringify([
    node?.status?.conditions?.map((one: Json) => [one.type, one.status]),
    node?.spec?.unschedulable,
  ]);
}

function watchLease(life: Life, node: Stored, seen: Map<string, { renewTime: string; at: number }>): void {
  const { name } = node.metadata;
  const now = life.clock.now();
  const renewTime = life.world.get(LEASES, 'kube-node-lease', name)?.spec?.renewTime ?? '';
  const last = seen.get(name);
  if (last === undefined || last.renewTime !== renewTime) {
    seen.set(name, { renewTime, at: now });
    return;
  }
  if (now - last.at <= GRACE_MS || conditionOf(node, 'Ready')?.status === 'Unknown') return;
  life.world.update('/nodes', undefined, name, draft => {
    for (const type of ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'])
      setCondition(draft, now, { type, ...SILENT });
  });
  recordEvent(life, node, {
    reason: 'NodeNotReady',
    message: `Node ${name} status is now: NodeNotReady`,
    component: COMPONENT,
  });
  for (const pod of life.world.list('/pods'))
    if (pod.spec.nodeName === name && podReady(pod)) markNotReady(life, pod);
}

/** Nobody on that node can say so any more: the pod's Ready turns False while its phase stays. */
function markNotReady(life: Life, pod: Stored): void {
  life.world.update('/pods', pod.metadata.namespace, pod.metadata.name, draft => {
    const condition = conditionOf(draft, 'Ready');
    if (condition) Object.assign(condition, { status: 'False', lastTransitionTime: stamp(life.clock.now()) });
  });
  recordEvent(life, pod, {
    type: 'Warning',
    reason: 'NodeNotReady',
    message: 'Node is not ready',
    component: COMPONENT,
  });
}

/** Taints by condition; the ones that evict are held back while every node is down, as nothing would be left. */
function taint(life: Life, node: Stored, disrupted: boolean): void {
  const wanted: Json[] = [];
  const ready = conditionOf(node, 'Ready');
  if (ready?.status !== 'True') {
    const key = `node.kubernetes.io/${ready?.status === 'Unknown' ? 'unreachable' : 'not-ready'}`;
    wanted.push({ key, effect: 'NoSchedule' });
    if (!disrupted) wanted.push({ key, effect: 'NoExecute' });
  }
  for (const [type, key] of Object.entries(PRESSURES)) {
    if (conditionOf(node, type)?.status === 'True') wanted.push({ key, effect: 'NoSchedule' });
  }
  if (node.spec?.unschedulable)
    wanted.push({ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' });
  const known: Json[] = node.spec?.taints ?? [];
  const same = (one: Json) => (other: Json) => one.key === other.key && one.effect === other.effect;
  const kept = known.filter(one => !OWNED.has(one.key) || wanted.some(same(one)));
  const added = wanted.filter(one => !known.some(same(one)));
  if (added.length === 0 && kept.length === known.length) return;
  const timeAdded = stamp(life.clock.now());
  life.world.update('/nodes', undefined, node.metadata.name, draft => {
    draft.spec ??= {};
    draft.spec.taints = [...kept, ...added.map(one => ({ ...one, timeAdded }))];
    if (draft.spec.taints.length === 0) delete draft.spec.taints;
  });
}

/** Deletes pods from nodes tainted NoExecute once they have been tolerated long enough. */
function evict(life: Life, evictions: Map<string, number>, disrupted: boolean): void {
  if (disrupted) evictions.clear();
  const now = life.clock.now();
  for (const node of life.world.list('/nodes')) {
    const taint = node.spec?.taints?.find((one: Json) => one.effect === 'NoExecute' && OWNED.has(one.key));
    if (taint === undefined || disrupted) {
      evictions.delete(node.metadata.name);
      continue;
    }
    const since = evictions.get(node.metadata.name) ?? now;
    evictions.set(node.metadata.name, since);
    if (now - since < DEFAULT_TOLERATION_MS) continue;
    for (const pod of life.world.list('/pods')) {
      if (
        pod.spec.nodeName !== node.metadata.name ||
        pod.metadata.deletionTimestamp ||
        tolerates(pod.spec, taint)
      )
        continue;
      if (pod.metadata.ownerReferences?.some(one => one.kind === 'Node')) continue;
      const message = `Marking for deletion Pod ${pod.metadata.namespace}/${pod.metadata.name}`;
      recordEvent(life, pod, {
        reason: 'TaintManagerEviction',
        message,
        component: 'taint-eviction-controller',
      });
      life.world.remove('/pods', pod.metadata.namespace, pod.metadata.name);
    }
  }
}
