import { ApiFailure, type Stored } from '../world.ts';
import { interval, REQUESTED } from './flux-status.ts';
import { works } from './leases.ts';
import { keyOf, splitKey } from './objects.ts';
import type { Life } from './switches.ts';
import { apiServes, type WorkQueue, workQueue } from './work-queue.ts';

const REFUSED_MS = 5_000;

/** One reconciliation under way. Everything in it goes through `later`, so that it dies with its process. */
export interface FluxRun {
  later(ms: number, next: () => void): void;
  /** Ends the run; the object is due again after `ms`. */
  done(ms: number): void;
}

export interface FluxReconciler {
  readonly controller: string;
  readonly resource: string;
  reconcile(object: Stored, run: FluxRun): void;
}

/**
 * The loop of one Flux controller over one kind: at its start, on every change of an object's spec or annotations, on
 * its interval. It only turns while the process works; a restarted process begins with all objects.
 */
export function startFluxLoop(
  life: Life,
  reconciler: FluxReconciler,
): { add(key: string, ms?: number): void; stop(): void } {
  const { resource, controller } = reconciler;
  const alive = (): boolean => works(life, 'flux-system', controller);
  let working = alive();
  const queue = workQueue(
    life,
    key => begin(key),
    () => apiServes(life),
  );
  const runs = createRuns(life, queue, alive);
  const begin = (key: string): void => {
    if (!alive() || runs.busy(key)) return;
    const { namespace, name } = splitKey(key);
    const object = life.world.get(resource, namespace, name);
    if (object === undefined || (object.spec?.suspend && !object.metadata.deletionTimestamp)) return;
    runs.start(key, run => reconciler.reconcile(object, run));
  };
  const check = (): void => {
    const now = alive();
    if (now === working) return;
    working = now;
    if (!now) runs.endAll();
    else
      for (const [index, object] of life.world.list(resource).entries())
        queue.plan(keyOf(object), 1500 + 150 * index);
  };
  const stopWorld = life.world.subscribe(({ resource: key, object, old, type }) => {
    if (key === '/pods' && object.metadata.namespace === 'flux-system') check();
    if (key !== resource || type === 'DELETED') return;
    if (wanted(object) !== wanted(old)) queue.add(keyOf(object), 200);
  });
  const stopSwitches = life.switches.onChange(check);
  for (const object of life.world.list(resource)) queue.plan(keyOf(object), firstRun(life, object));
  return {
    add: queue.add,
    stop: () => {
      stopWorld();
      stopSwitches();
      queue.stop();
      runs.endAll();
    },
  };
}

interface Runs {
  /** Whether the object is being worked on; if so it gets another turn right after. */
  busy(key: string): boolean;
  start(key: string, first: (run: FluxRun) => void): void;
  endAll(): void;
}

/** Reconciliations under way, one an object. One that the API server refuses ends and is tried again. */
function createRuns(life: Life, queue: WorkQueue, alive: () => boolean): Runs {
  const active = new Map<string, () => void>();
  const again = new Set<string>();
  const end = (key: string): void => {
    active.get(key)?.();
    active.delete(key);
  };
  const guarded = (key: string, step: () => void): void => {
    try {
      step();
    } catch (failure) {
      if (!(failure instanceof ApiFailure)) throw failure;
      end(key);
      queue.plan(key, REFUSED_MS);
    }
  };
  const runOf = (key: string): FluxRun => ({
    later: (ms, next) => {
      const step = (): void => {
        if (!alive()) end(key);
        else if (apiServes(life)) guarded(key, next);
        else active.set(key, life.clock.after(2000, step));
      };
      active.set(key, life.clock.after(ms, step));
    },
    done: ms => {
      end(key);
      queue.plan(key, again.delete(key) ? 500 : ms);
    },
  });
  return {
    busy: key => active.has(key) && again.add(key).has(key),
    start: (key, first) => {
      active.set(key, () => {});
      guarded(key, () => first(runOf(key)));
    },
    endAll: () => {
      for (const key of [...active.keys()]) end(key);
      again.clear();
    },
  };
}

/** What makes a controller look at an object at once. */
function wanted(object: Stored | undefined): string {
  return JSON.stringify([
    object?.metadata.generation,
    object?.metadata.annotations,
    object?.metadata.deletionTimestamp,
    object?.spec?.suspend,
  ]);
}

/** Objects that are already in their rhythm are spread over their interval by their names; others start at once. */
function firstRun(life: Life, object: Stored): number {
  const seen =
    object.status?.observedGeneration === object.metadata.generation &&
    object.metadata.annotations?.[REQUESTED] === object.status?.lastHandledReconcileAt;
  if (!seen) return 500;
  const last = Math.max(...(object.metadata.managedFields ?? []).map(one => Date.parse(one.time)), 0);
  const period = interval(
    object.spec?.interval ?? object.metadata.annotations?.['fluxcd.controlplane.io/reconcileEvery'],
  );
  const due = last + period - life.clock.now();
  return due > 0 ? due : 1000 + (object.metadata.name.length % 7) * 500;
}
