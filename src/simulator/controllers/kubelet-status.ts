import type { Json, Stored } from '../world.ts';
import { conditionOf, hashName, setCondition, stamp } from './objects.ts';
import type { Life } from './switches.ts';

export interface Waiting {
  readonly reason: string;
  readonly message?: string;
  readonly crashes?: number;
  /** The sandbox went away under a running container. */
  readonly lost?: boolean;
  readonly terminated?: { readonly exitCode: number; readonly reason: string };
}

/** Containers that do not run: the pod is not ready, and says which. */
export function containersWaiting(life: Life, pod: Stored, why: Waiting): void {
  const now = life.clock.now();
  const names = pod.spec.containers.map((one: Json) => one.name);
  edit(life, pod, draft => {
    draft.status.phase = draft.status.phase === 'Running' ? 'Running' : 'Pending';
    draft.status.startTime ??= stamp(now);
    draft.status.containerStatuses = pod.spec.containers.map((container: Json, index: number) => {
      const known = draft.status.containerStatuses?.[index];
      const last = why.terminated ?? (why.lost ? { exitCode: 255, reason: 'Unknown' } : undefined);
      const startedAt =
        known?.state?.running?.startedAt ?? known?.lastState?.terminated?.startedAt ?? stamp(now);
      return {
        ...base(container, known),
        state: { waiting: { reason: why.reason, ...(why.message ? { message: why.message } : {}) } },
        lastState: last
          ? { terminated: { ...last, startedAt, finishedAt: stamp(now) } }
          : (known?.lastState ?? {}),
      };
    });
    const message = `containers with unready status: [${names.join(' ')}]`;
    if (why.reason === 'ContainerCreating') {
      put(draft, now, 'PodReadyToStartContainers', 'False');
      delete draft.status.podIP;
      delete draft.status.podIPs;
    }
    put(draft, now, 'Initialized', 'True');
    put(draft, now, 'Ready', 'False', { reason: 'ContainersNotReady', message });
    put(draft, now, 'ContainersReady', 'False', { reason: 'ContainersNotReady', message });
    put(draft, now, 'PodScheduled', 'True');
  });
}

export function containersRunning(
  life: Life,
  pod: Stored,
  how: { ready: boolean; restarted: boolean },
): void {
  const now = life.clock.now();
  edit(life, pod, draft => {
    draft.status.phase = 'Running';
    draft.status.containerStatuses = pod.spec.containers.map((container: Json, index: number) => {
      const known = draft.status.containerStatuses?.[index];
      const before = base(container, known);
      return {
        ...before,
        restartCount: before.restartCount + (how.restarted ? 1 : 0),
        started: true,
        ready: how.ready,
        state: { running: { startedAt: stamp(now) } },
        lastState: known?.lastState ?? {},
      };
    });
    put(draft, now, 'PodReadyToStartContainers', 'True');
  });
}

export function setReady(life: Life, pod: Stored): void {
  const now = life.clock.now();
  edit(life, pod, draft => {
    for (const one of draft.status.containerStatuses ?? []) one.ready = true;
    for (const type of [
      'PodReadyToStartContainers',
      'Initialized',
      'Ready',
      'ContainersReady',
      'PodScheduled',
    ]) {
      if (conditionOf(draft, type)?.status !== 'True') put(draft, now, type, 'True');
    }
  });
}

/** Processes are gone, the sandbox is not: the pod hangs in Terminating. */
export function containersStopped(life: Life, pod: Stored): void {
  const now = life.clock.now();
  edit(life, pod, draft => {
    for (const one of draft.status.containerStatuses ?? []) {
      const startedAt = one.state?.running?.startedAt ?? stamp(now);
      Object.assign(one, {
        ready: false,
        started: false,
        state: { terminated: { exitCode: 0, reason: 'Completed', startedAt, finishedAt: stamp(now) } },
      });
    }
    const message = `containers with unready status: [${pod.spec.containers.map((one: Json) => one.name).join(' ')}]`;
    for (const type of ['Ready', 'ContainersReady'])
      put(draft, now, type, 'False', { reason: 'ContainersNotReady', message });
  });
}

export function podEnded(life: Life, pod: Stored, exitCode: number): void {
  const now = life.clock.now();
  edit(life, pod, draft => {
    draft.status.phase = exitCode === 0 ? 'Succeeded' : 'Failed';
    const reason = exitCode === 0 ? 'Completed' : 'Error';
    for (const one of draft.status.containerStatuses ?? []) {
      one.ready = false;
      one.started = false;
      one.state = {
        terminated: {
          exitCode,
          reason,
          startedAt: one.state?.running?.startedAt ?? stamp(now),
          finishedAt: stamp(now),
        },
      };
    }
    for (const type of ['Ready', 'ContainersReady'])
      put(draft, now, type, 'False', { reason: exitCode === 0 ? 'PodCompleted' : 'PodFailed' });
    put(draft, now, 'PodReadyToStartContainers', 'False');
  });
}

export function podOverdue(life: Life, pod: Stored): void {
  edit(life, pod, draft => {
    Object.assign(draft.status, {
      phase: 'Failed',
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    });
    for (const type of ['Ready', 'ContainersReady'])
      put(draft, life.clock.now(), type, 'False', { reason: 'PodFailed' });
  });
}

/** Replaces a condition whole, so that no reason of an earlier state stays behind. */
function put(draft: Json, now: number, type: string, status: string, more: Json = {}): void {
  const known = conditionOf(draft, type);
  if (known && known.status === status && known.reason === more.reason && known.message === more.message)
    return;
  setCondition(draft, now, { type, status, lastProbeTime: null, ...more });
}

function base(container: Json, known: Json): Json {
  return {
    name: container.name,
    image: container.image,
    imageID: known?.imageID ?? '',
    containerID: `containerd://${hashName(`${container.name}${known?.restartCount ?? 0}`, 40)}`,
    ready: false,
    started: false,
    restartCount: known?.restartCount ?? 0,
  };
}

function edit(life: Life, pod: Stored, change: (draft: Json) => void): void {
  life.world.update('/pods', pod.metadata.namespace, pod.metadata.name, draft => {
    draft.status ??= {};
    change(draft);
  });
}
