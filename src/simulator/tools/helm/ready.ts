import type { Json } from '../../world.ts';
import type { Api } from '../api.ts';
import { pathOf } from '../paths.ts';
import type { Waiting } from '../waiting.ts';

const LOOK_MS = 2_000;

/** Waits as `--wait` of helm 3 does: for Deployments and DaemonSets only, and not for all of their pods. */
export function waitUntilReady(
  api: Api,
  waiting: Waiting,
  objects: readonly Json[],
  options: { readonly withinMs: number; readonly signal?: AbortSignal },
): Promise<'done' | 'timeout' | 'cancelled'> {
  const waited = objects.filter(one => one.kind === 'Deployment' || one.kind === 'DaemonSet');
  const ready = async (): Promise<boolean> => {
    for (const one of waited) if (!isReady(await api.find(pathOf(one)))) return false;
    return true;
  };
  return waiting.until(ready, { everyMs: LOOK_MS, ...options });
}

/** Whether helm counts a live workload as ready. */
export function isReady(live: Json): boolean {
  const { spec, status, metadata } = live ?? {};
  if (!status || status.observedGeneration < metadata.generation) return false;
  if (live.kind === 'DaemonSet') {
    const wanted = status.desiredNumberScheduled ?? 0;
    const spare = portion(spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, wanted);
    return (status.updatedNumberScheduled ?? 0) === wanted && (status.numberReady ?? 0) >= wanted - spare;
  }
  const wanted = spec.replicas ?? 1;
  const spare = portion(spec.strategy?.rollingUpdate?.maxUnavailable ?? '25%', wanted);
  return (status.updatedReplicas ?? 0) >= wanted && (status.readyReplicas ?? 0) >= wanted - spare;
}

/** A number, or a percentage rounded down. */
function portion(value: number | string, of: number): number {
  return typeof value === 'number' ? value : Math.floor((of * Number.parseInt(value, 10)) / 100);
}
