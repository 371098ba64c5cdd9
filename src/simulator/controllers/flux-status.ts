import { resourceOf } from '../seed/builders.ts';
import type { Json, Stored } from '../world.ts';
import { dropCondition, setCondition, stamp, writeLog } from './objects.ts';
import type { Life } from './switches.ts';

export const REQUESTED = 'reconcile.fluxcd.io/requestedAt';

export type Outcome = { readonly reason: string; readonly message: string };

/** Patches a status as a Flux controller does: observed generation in each condition, the time in managedFields. */
export function writeFluxStatus(
  life: Life,
  object: Stored,
  manager: string,
  change: (draft: Json) => void,
): void {
  const now = life.clock.now();
  life.world.update(resourceOf(object), object.metadata.namespace, object.metadata.name, draft => {
    draft.status ??= {};
    change(draft);
    touch(draft, manager, now);
  });
}

/** Records who wrote the status when; this is the only heartbeat some Flux objects have. */
export function touch(draft: Json, manager: string, now: number): void {
  const rest = (draft.metadata.managedFields ?? []).filter(
    (one: Json) => one.manager !== manager || one.subresource !== 'status',
  );
  const entry = {
    manager,
    operation: 'Update',
    apiVersion: draft.apiVersion,
    time: stamp(now),
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:status': {} },
    subresource: 'status',
  };
  draft.metadata.managedFields = [...rest, entry];
}

export function fluxCondition(
  draft: Json,
  now: number,
  type: string,
  status: string,
  outcome: Outcome,
): void {
  setCondition(draft, now, { type, status, ...outcome, observedGeneration: draft.metadata.generation ?? 1 });
}

/** Ready, nothing under way, nothing stalled. */
export function markReady(draft: Json, now: number, outcome: Outcome): void {
  fluxCondition(draft, now, 'Ready', 'True', outcome);
  dropCondition(draft, 'Reconciling');
  dropCondition(draft, 'Stalled');
  handled(draft);
}

/** Failed and will be tried again. */
export function markFailed(draft: Json, now: number, outcome: Outcome): void {
  fluxCondition(draft, now, 'Ready', 'False', outcome);
  fluxCondition(draft, now, 'Reconciling', 'True', {
    reason: 'ProgressingWithRetry',
    message: outcome.message,
  });
  handled(draft);
}

/** In work: what `kubectl get` shows while a reconciliation runs. */
export function markProgressing(draft: Json, now: number, message: string): void {
  fluxCondition(draft, now, 'Ready', 'Unknown', {
    reason: 'Progressing',
    message: 'Reconciliation in progress',
  });
  fluxCondition(draft, now, 'Reconciling', 'True', { reason: 'Progressing', message });
}

/** The generation and the request of a user were seen. */
export function handled(draft: Json): void {
  draft.status.observedGeneration = draft.metadata.generation ?? 1;
  const asked = draft.metadata.annotations?.[REQUESTED];
  if (asked !== undefined) draft.status.lastHandledReconcileAt = asked;
}

/** One JSON line into the log of a Flux controller's pod. */
export function fluxLog(
  life: Life,
  controller: string,
  level: 'info' | 'error',
  object: Stored,
  message: string,
  more: Json = {},
): void {
  const pod = life.world.list('/pods', 'flux-system').find(one => one.metadata.labels?.app === controller);
  if (pod === undefined) return;
  const { name, namespace } = object.metadata;
  const kind = object.kind;
  const line = {
    level,
    ts: new Date(life.clock.now()).toISOString(),
    msg: message,
    controller: kind.toLowerCase(),
    controllerGroup: object.apiVersion.split('/')[0],
    controllerKind: kind,
    [kind]: { name, namespace },
    namespace,
    name,
    ...more,
  };
  writeLog(life, pod, 'manager', [JSON.stringify(line)]);
}

export function errorLog(life: Life, controller: string, object: Stored, error: string): void {
  fluxLog(life, controller, 'error', object, 'Reconciler error', { error });
}

/** `10m0s`, as Go prints a duration. */
export function goDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = `${seconds % 60}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}

/** Milliseconds of an interval such as `1h30m`; the fallback when there is none. */
export function interval(text: string | undefined, fallback = 300_000): number {
  let total = 0;
  for (const [, amount = '0', unit] of (text ?? '').matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)) {
    total += Number(amount) * (unit === 'h' ? 3_600_000 : unit === 'm' ? 60_000 : unit === 's' ? 1000 : 1);
  }
  return total > 0 ? total : fallback;
}
