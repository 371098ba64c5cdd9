import { ApiFailure } from '../world.ts';
import type { Life } from './switches.ts';

export interface WorkQueue {
  /** Handles `key` after `ms` simulated milliseconds; an earlier appointment of the same key stands. */
  add(key: string, ms?: number): void;
  /** Handles `key` at exactly this time from now, whatever was planned. */
  plan(key: string, ms: number): void;
  stop(): void;
}

/** How long a batch of changes is gathered before it is worked on. */
const GATHER_MS = 30;
const RETRY_MS = 1000;
const REFUSED_MS = 5000;

/**
 * A controller's work queue: gathers keys, handles each once, comes back later while `open` says no.
 * A refusal of the API server is retried; any other throw is a bug and passes.
 */
export function workQueue(
  life: Life,
  handle: (key: string) => void,
  open: () => boolean = () => true,
): WorkQueue {
  const planned = new Map<string, { at: number; cancel: () => void }>();
  const run = (key: string): void => {
    planned.delete(key);
    if (!open()) {
      plan(key, RETRY_MS);
      return;
    }
    try {
      handle(key);
    } catch (failure) {
      if (!(failure instanceof ApiFailure)) throw failure;
      add(key, REFUSED_MS);
    }
  };
  const plan = (key: string, ms: number): void => {
    planned.get(key)?.cancel();
    planned.set(key, { at: life.clock.now() + ms, cancel: life.clock.after(ms, () => run(key)) });
  };
  const add = (key: string, ms = GATHER_MS): void => {
    const known = planned.get(key);
    if (known === undefined || known.at > life.clock.now() + ms) plan(key, ms);
  };
  const stop = (): void => {
    for (const { cancel } of planned.values()) cancel();
    planned.clear();
  };
  return { add, plan, stop };
}

/** Whether clients inside the cluster can write through the API server. */
export function apiServes(life: Life): boolean {
  return life.behaviour.reach === 'normal' && !life.behaviour.writesFail;
}

/** Whether kube-controller-manager and kube-scheduler act. */
export function controlPlaneActs(life: Life): boolean {
  return apiServes(life) && !life.switches.frozenControllers;
}
