import type { Json, Stored } from '../world.ts';
import { recordEvent } from './events.ts';
import { scriptOf } from './kubelet-process.ts';
import { keyOf, splitKey, stamp, writeLog } from './objects.ts';
import type { Life } from './switches.ts';
import { apiServes, workQueue } from './work-queue.ts';

const PULL_MS = 1_500;
const LOOK_MS = 10_000;

/** Runs containers that were added to pods for debugging: once, in the network that the pod has, and never again. */
export function startDebugContainers(life: Life): () => void {
  const pods = workQueue(
    life,
    key => {
      const { namespace, name } = splitKey(key);
      const pod = life.world.get('/pods', namespace, name);
      const wait = pod === undefined ? undefined : step(life, pod);
      if (wait !== undefined) pods.plan(key, wait);
    },
    () => apiServes(life),
  );
  const stop = life.world.subscribe(({ resource, type, object, old }) => {
    if (resource !== '/pods' || type === 'DELETED') return;
    const count = (pod: Stored | undefined): number => pod?.spec.ephemeralContainers?.length ?? 0;
    if (count(object) > count(old)) pods.plan(keyOf(object), 300);
  });
  return () => {
    stop();
    pods.stop();
  };
}

/** Takes each of them one step further, and gives back the milliseconds to the next one, if there is one. */
function step(life: Life, pod: Stored): number | undefined {
  if (pod.metadata.deletionTimestamp || pod.status?.phase !== 'Running') return undefined;
  if (life.switches.stoppedKubelets.has(pod.spec.nodeName)) return LOOK_MS;
  const waits = pod.spec.ephemeralContainers.flatMap((one: Json) => {
    const wait = stepOf(life, pod, one);
    return wait === undefined ? [] : [wait];
  });
  return waits.length === 0 ? undefined : Math.min(...waits);
}

function stepOf(life: Life, pod: Stored, container: Json): number | undefined {
  const { name, image } = container;
  const known = pod.status.ephemeralContainerStatuses?.find((one: Json) => one.name === name)?.state;
  if (known?.terminated) return undefined;
  const now = life.clock.now();
  if (life.switches.missingImages.has(image)) {
    if (known === undefined) tell(life, pod, container, { waiting: missing(image) });
    return LOOK_MS;
  }
  if (known?.running === undefined) {
    tell(life, pod, container, { running: { startedAt: stamp(now) } });
    const message = `Started container ${name}`;
    recordEvent(life, pod, { reason: 'Started', message, component: 'kubelet', host: pod.spec.nodeName });
    return scriptOf(life, container, pod.spec.nodeName).takes + PULL_MS;
  }
  const { lines, exitCode } = scriptOf(life, container, pod.spec.nodeName);
  writeLog(life, pod, name, lines);
  const reason = exitCode === 0 ? 'Completed' : 'Error';
  const { startedAt } = known.running;
  tell(life, pod, container, { terminated: { exitCode, reason, startedAt, finishedAt: stamp(now) } });
  return undefined;
}

function missing(image: string): Json {
  const why = `failed to resolve reference "${image}": ${image}: not found`;
  return { reason: 'ErrImagePull', message: `rpc error: code = NotFound desc = ${why}` };
}

function tell(life: Life, pod: Stored, { name, image }: Json, state: Json): void {
  life.world.update('/pods', pod.metadata.namespace, pod.metadata.name, draft => {
    const others = (draft.status.ephemeralContainerStatuses ?? []).filter((one: Json) => one.name !== name);
    const status = { name, image, imageID: '', ready: false, restartCount: 0, state, lastState: {} };
    draft.status.ephemeralContainerStatuses = [...others, status];
  });
}
