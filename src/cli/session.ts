import { isSea } from 'node:sea';
import type { Told } from '../cluster/told.ts';
import type { ContextSettings } from '../config/context-settings.ts';
import type { Settings } from '../config/settings.ts';
import { freezeKubeconfig } from '../kube/freeze-kubeconfig.ts';
import type { ResolvedKubeconfig } from '../kube/kubeconfig.ts';
import { leaseRecord } from '../kube/lease.ts';
import type { Limits } from '../kube/limits.ts';
import { type Cluster, openCluster } from '../kube/open-cluster.ts';
import type { Bench } from '../recovery/action.ts';
import type { Plan } from '../recovery/plan.ts';
import { type Holder, watchLease } from '../runs/lease-watch.ts';
import { pinTools } from '../runs/pin-tools.ts';
import { createRuns, type Runs } from '../runs/runs.ts';
import { secretsOf } from '../runs/secrets.ts';
import { isSameCluster } from '../runs/verify.ts';
import type { Model } from '../store/app-state.ts';
import { announcer } from './announce.ts';
import { planAsker } from './ask-cluster.ts';
import { emptyWorkshop } from './assess.ts';
import { assessOnChange } from './assess-on-change.ts';
import { type LogReader, logReader } from './log-evidence.ts';
import { namespaceNarrower } from './narrow-namespace.ts';
import { triedRuns } from './tried-runs.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

export interface SessionOptions {
  readonly resolved: ResolvedKubeconfig;
  readonly env: NodeJS.ProcessEnv;
  /** Where the repository is looked for. */
  readonly cwd: string;
  readonly stateDir: string;
  /** Wall clock, epoch ms; the demo's runs faster. */
  readonly wall: () => number;
  readonly limits?: Partial<Limits>;
  /** Judges the Applications of this namespace only. */
  readonly namespace?: string | undefined;
  /** What is configured for this context; the defaults when left out. */
  readonly settings?: Settings;
  /** The clock of this machine, which jumps when it is set; only tests replace it. */
  readonly machineClock?: () => number;
  /** Until this settles nobody needs to know what the workstation has; at once if not given. */
  readonly wanted?: Promise<void>;
}

/** A cluster under watch, its runs, and what was found on the workstation. */
export interface Session {
  readonly cluster: Cluster;
  readonly runs: Runs;
  readonly model: () => Model;
  /** Resolves when the workstation was looked at; until then it seems to have nothing. */
  readonly inspected: Promise<void>;
  /** Reads the logs that explain what is broken; they are read by and by as well. */
  readonly readLogs: () => Promise<void>;
  /** All that actions look at, as it is now. */
  readonly bench: () => Bench;
  /** The same plan with what only the API server can tell: permissions, and who holds the lock. */
  readonly asked: (plan: Plan) => Promise<Plan>;
  /** Who changes the cluster now, from any machine; null when nobody does. */
  readonly holder: () => Holder | null;
  /** Called after every change of cluster, runs or workstation. */
  readonly onChange: (listener: () => void) => () => void;
  /** Takes over what is configured now; where the repository changed, the workstation is looked at again. */
  readonly configure: (settings: Settings) => void;
  readonly close: () => Promise<void>;
}

/** After this the workstation is looked at even though the cluster is not known yet, in ms. */
const FIRST_LOOK_MS = 1_500;

/** Starts to watch. Nothing is waited for. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { resolved, wall, stateDir } = options;
  const cluster = clusterOf(options);
  const { changed, onChange } = listeners();
  // Tools take their share of the machine; what is wrong with the cluster is wanted first.
  const known = cluster.loaded(FIRST_LOOK_MS).then(() => options.wanted);
  const bench = await openWorkbench(options, changed, known);
  const { workshop, custom, environment } = bench;
  const narrow = namespaceNarrower(options.namespace);
  const { model, onJudged } = told(
    assessOnChange({ cluster, workshop, custom, wall, runs: () => runs, narrow }),
  );
  const pin = (plan: Plan): Promise<Plan> => pinTools(plan, workshop() ?? emptyWorkshop);
  const { asked, mayStart, holder, look } = watchLock(cluster, stateDir, pin);
  const runs = createRuns({
    stateDir,
    launcher: { command: process.execPath, args: isSea() ? [] : [process.argv[1] ?? ''] },
    environment,
    ...(options.settings === undefined ? {} : { keep: options.settings.retention }),
    now: Date.now,
    observe: () => model().diagnosis,
    kubeconfigText: () => freezeKubeconfig(resolved),
    skew: () => cluster.snapshot().now - Date.now(),
    mayStart,
    pin,
    announce: announcer(cluster),
    isOurs: plan => isSameCluster(plan, model().diagnosis),
  });
  const logs = readByAndBy(cluster, model, onJudged, resolved);
  const again = lookAgain(cluster, runs);
  const undo = [
    cluster.onChange(look),
    cluster.onChange(changed),
    runs.onChange(changed),
    cluster.onChange(again),
    runs.onChange(again),
  ];
  return {
    cluster,
    runs,
    model,
    inspected: bench.inspected,
    readLogs: logs.round,
    asked,
    holder,
    bench: () => benchOf(model(), bench, runs, wall),
    onChange,
    configure: bench.configure,
    close: async () => {
      bench.close();
      for (const stop of undo) stop();
      await Promise.all([runs.close(), logs.close(), cluster.close()]);
    },
  };
}

function clusterOf({ resolved, env, wall, limits = {}, machineClock, settings }: SessionOptions): Cluster {
  return openCluster({
    resolved,
    wall,
    env,
    limits,
    machineClock: machineClock ?? Date.now,
    ...(settings === undefined ? {} : { told: toldOf(settings.context) }),
  });
}

/** The part of the settings that is about the cluster itself; null when nothing was told. */
export function toldOf({ cni, dns, flux, criticalServices }: ContextSettings): Told {
  return { cni, dns, flux, criticalServices };
}

function benchOf(
  { diagnosis, snapshot }: Model,
  { workshop, custom }: Pick<Workbench, 'workshop' | 'custom'>,
  runs: Runs,
  wall: () => number,
): Bench {
  return {
    diagnosis,
    snapshot,
    workshop: workshop() ?? emptyWorkshop,
    custom: custom(),
    now: wall(),
    tried: triedRuns(runs, diagnosis, wall),
  };
}

/** Tells of each new judgement, whoever asked for it. */
function told(judge: () => Model) {
  const all = new Set<(model: Model) => void>();
  let last: Model['diagnosis'] | null = null;
  return {
    model: (): Model => {
      const model = judge();
      if (model.diagnosis !== last) {
        last = model.diagnosis;
        for (const listener of all) listener(model);
      }
      return model;
    },
    onJudged: (listener: (model: Model) => void) => {
      all.add(listener);
      return () => void all.delete(listener);
    },
  };
}

function readByAndBy(
  cluster: Cluster,
  model: () => Model,
  onJudged: Parameters<LogReader['follow']>[0],
  resolved: ResolvedKubeconfig,
): LogReader {
  const speed = resolved.cluster.clock?.speed ?? 1;
  const reader = logReader({
    cluster,
    model,
    secrets: () => secretsOf(freezeKubeconfig(resolved)),
    clock: () => performance.now() * speed,
  });
  reader.follow(onJudged);
  return reader;
}

function listeners() {
  const all = new Set<() => void>();
  return {
    changed: (): void => {
      for (const listener of all) listener();
    },
    onChange: (listener: () => void) => {
      all.add(listener);
      return () => void all.delete(listener);
    },
  };
}

/** The lock lies among the leases that are watched anyway. What is not seen live says nothing about silence. */
function watchLock(cluster: Cluster, stateDir: string, pin: (plan: Plan) => Promise<Plan>) {
  const lease = watchLease();
  const look = (): void => {
    const { freshness, items } = cluster.snapshot().streams['system-leases'];
    if (freshness.state === 'live') lease.see(leaseRecord(items.get('kube-system/groundup-recovery')));
    else lease.lose();
  };
  const holder = (): Holder | null => {
    look();
    return lease.holder();
  };
  const now = (): number => cluster.snapshot().now;
  return { ...planAsker({ request: cluster.request, stateDir, now, holder, pin }), holder, look };
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
