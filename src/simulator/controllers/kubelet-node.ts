import type { Stored } from '../world.ts';
import { recordEvent } from './events.ts';
import { conditionOf, setCondition, stamp } from './objects.ts';
import type { Life } from './switches.ts';

/** What the runtime says when no configuration file is in the CNI directory. */
export const NO_CNI =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady ' +
  'message:Network plugin returns error: cni plugin not initialized';

const EVICT_EVERY_MS = 20_000;
const EVICTED_MOST = 3;
const PRESSURES = [
  [
    'MemoryPressure',
    'SufficientMemory',
    'InsufficientMemory',
    'sufficient memory available',
    'insufficient memory available',
    'memory',
  ],
  [
    'DiskPressure',
    'NoDiskPressure',
    'DiskPressure',
    'no disk pressure',
    'disk pressure',
    'ephemeral-storage',
  ],
  [
    'PIDPressure',
    'SufficientPID',
    'InsufficientPID',
    'sufficient PID available',
    'insufficient PID available',
    'pids',
  ],
] as const;

/** The kubelet's conditions of its own node; gives back when it has to look again. */
export function syncNode(life: Life, name: string): number | undefined {
  const node = life.world.get('/nodes', undefined, name);
  if (node === undefined || life.switches.stoppedKubelets.has(name)) return undefined;
  const now = life.clock.now();
  const networkless = life.switches.noCniConfig.has(name);
  const ready = networkless
    ? { status: 'False', reason: 'KubeletNotReady', message: NO_CNI }
    : { status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' };
  const pressure = life.switches.pressure.get(name);
  life.world.update('/nodes', undefined, name, draft => {
    const before = JSON.stringify(statuses(draft));
    const beat = { lastHeartbeatTime: stamp(now) };
    for (const [type, fine, bad, fineText, badText] of PRESSURES) {
      const under = pressure === type;
      setCondition(draft, now, {
        type,
        status: under ? 'True' : 'False',
        reason: `KubeletHas${under ? bad : fine}`,
        message: `kubelet has ${under ? badText : fineText}`,
        ...keptBeat(draft, type, beat),
      });
    }
    setCondition(draft, now, { type: 'Ready', ...ready, ...keptBeat(draft, 'Ready', beat) });
    if (JSON.stringify(statuses(draft)) !== before)
      for (const one of draft.status.conditions)
        if (one.reason?.startsWith('Kubelet')) one.lastHeartbeatTime = stamp(now);
  });
  sayChanges(life, node);
  return pressure === undefined ? undefined : evictOne(life, node, pressure);
}

function keptBeat(
  node: Stored,
  type: string,
  beat: { lastHeartbeatTime: string },
): { lastHeartbeatTime: string } {
  const known = conditionOf(node, type)?.lastHeartbeatTime;
  return known === undefined ? beat : { lastHeartbeatTime: known };
}

function statuses(node: Stored): unknown {
  return node.status?.conditions?.map((one: { type: string; status: string; reason: string }) => [
    one.type,
    one.status,
    one.reason,
  ]);
}

function sayChanges(life: Life, before: Stored): void {
  const { name } = before.metadata;
  const node = life.world.get('/nodes', undefined, name);
  for (const type of ['Ready', 'DiskPressure', 'MemoryPressure', 'PIDPressure']) {
    const now = conditionOf(node, type);
    if (now === undefined || now.status === conditionOf(before, type)?.status) continue;
    const reason =
      type === 'Ready'
        ? now.status === 'True'
          ? 'NodeReady'
          : 'NodeNotReady'
        : now.reason.replace('Kubelet', 'Node');
    recordEvent(life, before, {
      reason,
      message: `Node ${name} status is now: ${reason}`,
      component: 'kubelet',
      host: name,
    });
  }
}

/** Under pressure the kubelet ends pods without a system priority, one at a time. */
function evictOne(life: Life, node: Stored, pressure: string): number | undefined {
  const { name } = node.metadata;
  const resource = PRESSURES.find(([type]) => type === pressure)?.[5] ?? 'memory';
  const here = life.world.list('/pods').filter(pod => pod.spec.nodeName === name);
  const evicted = here.filter(pod => pod.status?.reason === 'Evicted').length;
  const victim = here.find(
    pod => pod.status?.phase === 'Running' && !pod.spec.priorityClassName && !pod.metadata.deletionTimestamp,
  );
  recordEvent(life, node, {
    type: 'Warning',
    reason: 'EvictionThresholdMet',
    message: `Attempting to reclaim ${resource}`,
    component: 'kubelet',
    host: name,
  });
  if (victim === undefined || evicted >= EVICTED_MOST) return undefined;
  const message = `The node was low on resource: ${resource}. Threshold quantity: 10%, available: 8%. `;
  life.world.update('/pods', victim.metadata.namespace, victim.metadata.name, draft => {
    draft.status = { ...draft.status, phase: 'Failed', reason: 'Evicted', message };
    setCondition(draft, life.clock.now(), {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'TerminationByKubelet',
      message,
    });
    for (const type of ['Ready', 'ContainersReady'])
      setCondition(draft, life.clock.now(), { type, status: 'False', reason: 'PodFailed' });
    for (const one of draft.status.containerStatuses ?? []) {
      one.ready = false;
      one.state = { terminated: { exitCode: 137, reason: 'Error', finishedAt: stamp(life.clock.now()) } };
    }
  });
  recordEvent(life, victim, {
    type: 'Warning',
    reason: 'Evicted',
    message,
    component: 'kubelet',
    host: name,
  });
  return EVICT_EVERY_MS;
}
