import { resourceOf } from '../seed/builders.ts';
import type { Json } from '../world.ts';
import type { FluxRun } from './flux-runner.ts';
import { conditionOf } from './objects.ts';
import type { Life } from './switches.ts';

export type Health = 'Current' | 'InProgress' | 'Failed' | 'NotFound' | 'Terminating';

const LOOK_MS = 5_000;

/** The status kstatus computes for an object that is in the cluster. */
export function healthOf(life: Life, desired: Json): Health {
  const { namespace, name } = desired.metadata;
  const live: Json = life.world.get(resourceOf(desired), namespace, name);
  if (live === undefined) return 'NotFound';
  if (live.metadata.deletionTimestamp) return 'Terminating';
  const { generation } = live.metadata;
  if (live.kind === 'Deployment') {
    const { spec, status } = live;
    const wanted = spec.replicas ?? 1;
    if (conditionOf(live, 'Progressing')?.reason === 'ProgressDeadlineExceeded') return 'Failed';
    const done =
      status?.observedGeneration === generation &&
      (status.updatedReplicas ?? 0) >= wanted &&
      (status.availableReplicas ?? 0) >= wanted &&
      (status.replicas ?? 0) <= wanted;
    return done ? 'Current' : 'InProgress';
  }
  if (live.kind === 'DaemonSet') {
    const { status } = live;
    const wanted = status?.desiredNumberScheduled ?? 0;
    return status?.observedGeneration === generation &&
      status.updatedNumberScheduled >= wanted &&
      status.numberAvailable >= wanted &&
      wanted > 0
      ? 'Current'
      : 'InProgress';
  }
  if (live.apiVersion.includes('.fluxcd.io/') && live.kind !== 'Provider' && live.kind !== 'Alert')
    return fluxHealth(live);
  return 'Current';
}

function fluxHealth(live: Json): Health {
  if (live.spec?.suspend) return 'Current';
  if (conditionOf(live, 'Stalled')?.status === 'True') return 'Failed';
  const ready = conditionOf(live, 'Ready');
  return ready?.status === 'True' && live.status.observedGeneration === live.metadata.generation
    ? 'Current'
    : 'InProgress';
}

/** Waits until all objects are current; says so once it has to wait, and which are not when time is up. */
export function checkHealth(
  life: Life,
  run: FluxRun,
  objects: readonly Json[],
  timeoutMs: number,
  then: { waiting(): void; healthy(): void; failed(message: string): void },
): void {
  const deadline = life.clock.now() + timeoutMs - 30_000;
  let said = false;
  const look = (): void => {
    const unhealthy = objects
      .map(object => ({ object, health: healthOf(life, object) }))
      .filter(one => one.health !== 'Current');
    if (unhealthy.length === 0) {
      then.healthy();
      return;
    }
    const list = unhealthy
      .map(
        ({ object, health }) =>
          `${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name} status: '${health}'`,
      )
      .join(', ');
    if (unhealthy.every(one => one.health === 'Failed')) {
      then.failed(`health check failed after 2.1s: failed early due to stalled resources: [${list}]`);
      return;
    }
    if (life.clock.now() >= deadline) {
      then.failed(`health check failed after 4m30s: timeout waiting for: [${list}]`);
      return;
    }
    if (!said) then.waiting();
    said = true;
    run.later(LOOK_MS, look);
  };
  look();
}
