import type { Stored } from '../world.ts';
import { syncNode } from './kubelet-node.ts';
import { adoptRun, type Run, syncPod } from './kubelet-pod.ts';
import { conditionOf, keyOf, splitKey } from './objects.ts';
import type { Life } from './switches.ts';
import { apiServes, type WorkQueue, workQueue } from './work-queue.ts';

/** A changed ConfigMap reaches the files of a pod, and the process that watches them, within about a minute. */
const CONFIG_ARRIVES_MS = 45_000;
const NODE_STATUS_MS = 8_000;
const NODE_RETURN_MS = 10_000;

/** The kubelets of all nodes: pod lifecycle and node conditions. A stopped one does nothing until it is started. */
export function startKubelets(life: Life): () => void {
  const runs = new Map<string, Run>();
  const open = (): boolean => apiServes(life);
  const pods = workQueue(life, key => work(life, key, runs, pods), open);
  const nodes = workQueue(life, name => report(life, name, nodes), open);
  const follow = (pod: Stored, old: Stored | undefined, gone: boolean): void => {
    if (gone) {
      runs.delete(pod.metadata.uid);
      forgetLogs(life, pod);
    } else if (pod.spec.nodeName && placed(pod) !== placed(old)) pods.plan(keyOf(pod), 100);
  };
  const stopWorld = life.world.subscribe(event => {
    if (event.resource === '/pods') follow(event.object, event.old, event.type === 'DELETED');
    if (event.resource === '/configmaps' && event.type === 'MODIFIED') {
      for (const pod of mounting(life, event.object)) pods.add(keyOf(pod), CONFIG_ARRIVES_MS);
    }
    if (event.resource === '/nodes' && event.type !== 'DELETED') contradict(event.object, nodes);
  });
  const stopMachines = watchMachines(life, (name, returned) => {
    nodes.plan(name, returned ? NODE_RETURN_MS : NODE_STATUS_MS);
    if (life.switches.stoppedKubelets.has(name)) return;
    if (life.switches.rebooted.delete(name)) restart(life, name, runs);
    for (const pod of podsOn(life, name)) pods.add(keyOf(pod), returned ? NODE_RETURN_MS : 1_000);
  });
  for (const pod of life.world.list('/pods')) {
    runs.set(pod.metadata.uid, adoptRun(life, pod));
    if (pod.spec.nodeName) pods.add(keyOf(pod), 1_000);
  }
  return () => {
    stopWorld();
    stopMachines();
    pods.stop();
    nodes.stop();
  };
}

function work(life: Life, key: string, runs: Map<string, Run>, queue: WorkQueue): void {
  const { namespace, name } = splitKey(key);
  const pod = life.world.get('/pods', namespace, name);
  if (!pod?.spec.nodeName || life.switches.stoppedKubelets.has(pod.spec.nodeName)) return;
  const run = runs.get(pod.metadata.uid) ?? adoptRun(life, pod);
  runs.set(pod.metadata.uid, run);
  const wait = syncPod(life, pod, run);
  if (wait !== undefined) queue.plan(key, wait);
}

/** A kubelet that runs does not leave it standing that its node is unknown: it posts its status again. */
function contradict(node: Stored, queue: WorkQueue): void {
  const ready = conditionOf(node, 'Ready');
  if (ready === undefined) queue.add(node.metadata.name);
  else if (ready.status === 'Unknown') queue.add(node.metadata.name, NODE_RETURN_MS);
}

function report(life: Life, name: string, queue: WorkQueue): void {
  const wait = syncNode(life, name);
  if (wait !== undefined) queue.add(name, wait);
}

function placed(pod: Stored | undefined): string {
  return `${pod?.spec.nodeName} ${pod?.metadata.deletionTimestamp}`;
}

function podsOn(life: Life, node: string): Stored[] {
  return life.world.list('/pods').filter(pod => pod.spec.nodeName === node);
}

/** Tells of every node when something about the machines changed, and whether its kubelet has just come back. */
function watchMachines(life: Life, changed: (name: string, returned: boolean) => void): () => void {
  const stopped = new Set<string>(life.switches.stoppedKubelets);
  return life.switches.onChange(() => {
    for (const { metadata } of life.world.list('/nodes')) {
      const off = life.switches.stoppedKubelets.has(metadata.name);
      const returned = stopped.has(metadata.name) && !off;
      if (off) stopped.add(metadata.name);
      else stopped.delete(metadata.name);
      changed(metadata.name, returned);
    }
  });
}

function restart(life: Life, node: string, runs: Map<string, Run>): void {
  for (const pod of podsOn(life, node)) {
    if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') continue;
    const run = runs.get(pod.metadata.uid) ?? adoptRun(life, pod);
    runs.set(pod.metadata.uid, {
      ...run,
      sandbox: false,
      startedAt: undefined,
      ready: false,
      crashes: 0,
      notBefore: life.clock.now(),
      lost: run.startedAt !== undefined,
      noticed: false,
    });
  }
}

function mounting(life: Life, config: Stored): readonly Stored[] {
  const { namespace, name } = config.metadata;
  return life.world
    .list('/pods', namespace)
    .filter(pod =>
      pod.spec.volumes?.some((volume: { configMap?: { name: string } }) => volume.configMap?.name === name),
    );
}

function forgetLogs(life: Life, pod: Stored): void {
  const prefix = `${keyOf(pod)}/`;
  for (const key of life.behaviour.logs.keys()) if (key.startsWith(prefix)) life.behaviour.logs.delete(key);
}
