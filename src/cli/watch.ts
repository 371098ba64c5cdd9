import { freezeKubeconfig } from '../kube/freeze-kubeconfig.ts';
import type { ResolvedKubeconfig } from '../kube/kubeconfig.ts';
import type { Limits } from '../kube/limits.ts';
import { type Cluster, openCluster } from '../kube/open-cluster.ts';
import type { Workshop } from '../recovery/plan.ts';
import { createRuns, type Runs } from '../runs/runs.ts';
import type { Model } from '../store/app-state.ts';
import { feed } from '../store/feed.ts';
import type { AppStore } from '../store/store.ts';
import type { Incoming } from '../store/updates.ts';
import { toolEnvironment } from '../tools/environment.ts';
import { safePath } from '../tools/find.ts';
import { inspectWorkshop } from '../tools/repository.ts';
import { assessor, emptyWorkshop } from './assess.ts';

export interface WatchOptions {
  readonly resolved: ResolvedKubeconfig;
  readonly env: NodeJS.ProcessEnv;
  /** Where the repository is looked for. */
  readonly cwd: string;
  readonly stateDir: string;
  /** Wall clock, epoch ms; the demo's runs faster. */
  readonly wall: () => number;
  readonly limits?: Partial<Limits>;
}

/** A cluster under watch, its runs, and what was found on the workstation, all feeding one store. */
export interface Watch {
  readonly cluster: Cluster;
  readonly runs: Runs;
  readonly model: () => Model;
  readonly close: () => Promise<void>;
}

/** Starts to watch and to feed the store. Nothing is waited for: the store fills as answers come. */
export async function watch(store: AppStore, options: WatchOptions): Promise<Watch> {
  const { resolved, env, wall } = options;
  const cluster = openCluster({ resolved, wall, env, limits: options.limits ?? {} });
  let workshop: Workshop | null = null;
  const path = await safePath(env.PATH);
  const model = assessOnChange(cluster, () => workshop, wall);
  const runs = createRuns({
    stateDir: options.stateDir,
    launcher: { command: process.execPath, args: [process.argv[1] ?? ''] },
    environment: () =>
      toolEnvironment(env, {
        path: path.dirs,
        also: [...passedOn, ...(workshop?.repository?.requiredEnv ?? [])],
      }),
    now: Date.now,
    observe: () => model().diagnosis,
    kubeconfigText: () => freezeKubeconfig(resolved),
    skew: () => cluster.snapshot().now - Date.now(),
  });
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const undo = [
    cluster.onChange(changed),
    runs.onChange(changed),
    cluster.onChange(lookAgain(cluster, runs)),
  ];
  const looking = new AbortController();
  void inspectWorkshop({ cwd: options.cwd, env, signal: looking.signal })
    .catch(() => emptyWorkshop)
    .then(found => {
      workshop = found;
      changed();
    });
  const source = {
    onChange: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const stopFeed = feed(store, source, news(model, runs));
  void runs.attach();
  return {
    cluster,
    runs,
    model,
    close: async () => {
      looking.abort();
      stopFeed();
      for (const stop of undo) stop();
      await Promise.all([runs.close(), cluster.close()]);
    },
  };
}

/** A run that waits to be verified needs a look that is newer than its end; a quiet watch would give one only with its next bookmark. */
function lookAgain(cluster: Cluster, runs: Runs): () => void {
  let askedAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (runs.current()?.state !== 'verifying' || performance.now() - askedAt < 10_000) return;
    askedAt = performance.now();
    cluster.refresh();
  };
}

/** The simulated tools of the demo are told its speed by these; a user's shell has none of them. */
const passedOn = ['GROUNDUP_SIM_SPEED'] as const;

/** Judges again only what changed: the same snapshot and workstation give the same model. */
function assessOnChange(cluster: Cluster, workshop: () => Workshop | null, wall: () => number): () => Model {
  const assess = assessor(workshop, wall);
  let last: { readonly model: Model; readonly workshop: Workshop | null } | undefined;
  return () => {
    const snapshot = cluster.snapshot();
    if (last === undefined || last.model.snapshot !== snapshot || last.workshop !== workshop()) {
      last = { model: assess(snapshot), workshop: workshop() };
    }
    return last.model;
  };
}

/** What the store is fed: the model, and the run that has the banner: the active one, or the one that was until now. */
function news(model: () => Model, runs: Runs): () => Incoming {
  let id: string | null = null;
  return () => {
    const active = runs.current();
    const pastRuns = runs.past();
    if (active !== null) id = active.id;
    const run = active ?? pastRuns.find(past => past.id === id) ?? null;
    return { model: model(), run, pastRuns };
  };
}
