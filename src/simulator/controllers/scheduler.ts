import type { Json, Stored } from '../world.ts';
import { recordEvent } from './events.ts';
import { conditionOf, keyOf, setCondition, splitKey, stamp } from './objects.ts';
import { selects, untolerated } from './scheduling.ts';
import type { Life } from './switches.ts';
import { controlPlaneActs, workQueue } from './work-queue.ts';

const UNSCHEDULABLE_RETRY_MS = 300_000;

/** kube-scheduler: binds pods to nodes, or says node by node why not. */
export function startScheduler(life: Life): () => void {
  const queue = workQueue(
    life,
    key => schedule(key),
    () => controlPlaneActs(life),
  );
  const schedule = (key: string): void => {
    const { namespace, name } = splitKey(key);
    const pod = life.world.get('/pods', namespace, name);
    if (pod === undefined || pod.spec.nodeName || pod.metadata.deletionTimestamp) return;
    const nodes = life.world.list('/nodes');
    const refusals = nodes.map(node => ({ node, why: refusal(pod, node) }));
    const fit = refusals.filter(one => one.why === undefined).map(one => one.node);
    if (fit.length > 0) {
      bind(life, pod, choose(life, pod, fit));
      return;
    }
    sayUnschedulable(
      life,
      pod,
      refusals.map(one => one.why ?? ''),
    );
    queue.add(key, UNSCHEDULABLE_RETRY_MS);
  };
  const waiting = (): void => {
    for (const pod of life.world.list('/pods')) if (!pod.spec.nodeName) queue.add(keyOf(pod));
  };
  const stop = life.world.subscribe(({ resource, object, old, type }) => {
    if (resource === '/pods' && type === 'ADDED' && !object.spec.nodeName) queue.add(keyOf(object));
    if (resource === '/nodes' && placement(object) !== placement(old)) waiting();
  });
  waiting();
  return () => {
    stop();
    queue.stop();
  };
}

function placement(node: Stored | undefined): string {
  return JSON.stringify([node?.spec, node?.metadata.labels]);
}

/** The sentence of the first filter that turns the node down, in the scheduler's order. */
function refusal(pod: Stored, node: Stored): string | undefined {
  if (node.spec?.unschedulable && untolerated(pod.spec, node, ['NoSchedule']))
    return 'node(s) were unschedulable';
  const taint = untolerated(pod.spec, node, ['NoSchedule', 'NoExecute']);
  if (taint) return `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`;
  return selects(pod.spec, node) ? undefined : "node(s) didn't match Pod's node affinity/selector";
}

function choose(life: Life, pod: Stored, nodes: Stored[]): Stored {
  const owner = pod.metadata.ownerReferences?.[0]?.uid;
  const pods = life.world.list('/pods');
  const load = (node: Stored): number => {
    const here = pods.filter(one => one.spec.nodeName === node.metadata.name);
    const same = here.filter(one => owner !== undefined && one.metadata.ownerReferences?.[0]?.uid === owner);
    return same.length * 1000 + here.length;
  };
  return nodes.reduce((best, node) => (load(node) < load(best) ? node : best));
}

function bind(life: Life, pod: Stored, node: Stored): void {
  const { namespace, name } = pod.metadata;
  const bound = life.world.update('/pods', namespace, name, draft => {
    draft.spec.nodeName = node.metadata.name;
    setCondition(draft, life.clock.now(), { type: 'PodScheduled', status: 'True' });
    const condition = conditionOf(draft, 'PodScheduled');
    delete condition.reason;
    delete condition.message;
  });
  const message = `Successfully assigned ${namespace}/${name} to ${node.metadata.name}`;
  if (bound) recordEvent(life, bound, { reason: 'Scheduled', message, component: 'default-scheduler' });
}

function sayUnschedulable(life: Life, pod: Stored, whys: string[]): void {
  const counted = new Map<string, number>();
  for (const why of whys) counted.set(why, (counted.get(why) ?? 0) + 1);
  const parts = [...counted].map(([why, count]) => `${count} ${why}`).sort();
  const total = whys.length;
  const message =
    `0/${total} nodes are available: ${parts.join(', ')}. preemption: 0/${total} nodes are available: ` +
    `${total} Preemption is not helpful for scheduling.`;
  const { namespace, name } = pod.metadata;
  life.world.update('/pods', namespace, name, (draft: Json) => {
    draft.status.phase = 'Pending';
    setCondition(draft, life.clock.now(), {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message,
      lastProbeTime: stamp(life.clock.now()),
    });
  });
  recordEvent(life, pod, {
    type: 'Warning',
    reason: 'FailedScheduling',
    message,
    component: 'default-scheduler',
  });
}
