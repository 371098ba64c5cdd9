import { join } from 'node:path';
import { inSimulatedTime } from '../../src/cli/in-simulated-time.ts';
import { triedRuns } from '../../src/cli/tried-runs.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import { freezeKubeconfig } from '../../src/kube/freeze-kubeconfig.ts';
import { loadKubeconfig } from '../../src/kube/kubeconfig.ts';
import type { Limits } from '../../src/kube/limits.ts';
import { openCluster } from '../../src/kube/open-cluster.ts';
import type { Bench } from '../../src/recovery/action.ts';
import type { Plan, Workshop } from '../../src/recovery/plan.ts';
import type { Run } from '../../src/runs/run.ts';
import { createRuns, type Runs } from '../../src/runs/runs.ts';
import { toolEnvironment } from '../../src/tools/environment.ts';
import { safePath } from '../../src/tools/find.ts';
import { inspectWorkshop } from '../../src/tools/repository.ts';

/** A watched cluster with its runs, without a screen: real HTTP, real tools, real supervisors. */
export interface RepairBench {
  readonly bench: () => Bench;
  readonly runs: Runs;
  /** The bench as soon as it holds; fails with what was concluded last. */
  readonly until: (what: string, holds: (bench: Bench) => boolean, withinMs: number) => Promise<Bench>;
  /** Runs a plan to its outcome. */
  readonly perform: (plan: Plan, withinMs: number) => Promise<Run>;
  readonly close: () => Promise<void>;
}

export interface RepairOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stateDir: string;
  readonly wall?: () => number;
  readonly limits?: Partial<Limits>;
  /** How much faster than real time the cluster lives. */
  readonly speed?: number;
  readonly workshop?: (found: Workshop) => Workshop;
}

export async function openRepairBench(options: RepairOptions): Promise<RepairBench> {
  const { env, cwd, stateDir, wall = Date.now, limits = {}, speed = 1 } = options;
  const resolved = loadKubeconfig({ env });
  if (!resolved.ok) throw new Error(resolved.error.message);
  const path = await safePath(env.PATH);
  const found = await inspectWorkshop({ cwd, env });
  const workshop = options.workshop?.(found) ?? found;
  const cluster = openCluster({ resolved: resolved.value, wall, env, limits });
  let last: Diagnosis | undefined;
  const bench = (): Bench => {
    const snapshot = cluster.snapshot();
    last = diagnose(snapshot, last, workshop.repository?.releases);
    return { diagnosis: last, snapshot, workshop, now: wall(), tried: triedRuns(runs, last, wall) };
  };
  const also = ['GROUNDUP_SIM_SPEED', ...(workshop.repository?.requiredEnv ?? [])];
  const runs = createRuns({
    stateDir,
    launcher: { command: process.execPath, args: [join(import.meta.dirname, 'supervisor.ts')] },
    environment: () => toolEnvironment(env, { path: path.dirs, also }),
    now: Date.now,
    observe: () => bench().diagnosis,
    kubeconfigText: () => freezeKubeconfig(resolved.value),
    skew: () => cluster.snapshot().now - Date.now(),
  });
  const until: RepairBench['until'] = async (what, holds, withinMs) => {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const seen = bench();
      if (holds(seen)) return seen;
      if (performance.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms; ${told(seen)}`);
      await moment(cluster.onChange);
    }
  };
  const perform: RepairBench['perform'] = async (plan, withinMs) => {
    const started = await runs.start(inSimulatedTime(plan, speed));
    if (!started.ok) throw new Error(`${plan.title} was not started: ${started.why}`);
    const { id } = started.run;
    const find = (): Run | undefined => runs.past().find(run => run.id === id);
    let asked = performance.now();
    await until(
      plan.title,
      () => {
        if (runs.current()?.state === 'verifying' && performance.now() - asked > 10_000 / speed) {
          asked = performance.now();
          cluster.refresh();
        }
        return find() !== undefined;
      },
      withinMs,
    );
    const run = find();
    if (run === undefined) throw new Error('the run is gone');
    return run;
  };
  return {
    bench,
    runs,
    until,
    perform,
    close: async () => {
      await runs.close();
      await cluster.close();
    },
  };
}

/** Until something changed, but not for long. */
function moment(onChange: (listener: () => void) => () => void): Promise<void> {
  return new Promise(wake => {
    const timer = setTimeout(done, 100);
    const undo = onChange(done);
    function done(): void {
      clearTimeout(timer);
      undo();
      wake();
    }
  });
}

function told({ diagnosis }: Bench): string {
  const { root } = diagnosis;
  const layers = diagnosis.layers.map(
    view =>
      `\n  ${view.id} ${view.verdict}: ${view.summary}${view.findings.map(one => `\n      ${one.severity} ${one.problem} ${one.object?.kind} ${one.object?.name}: ${one.message}`).join('')}`,
  );
  return `root ${root?.layer}/${root?.problem} ${root?.object?.kind} ${root?.object?.name}${layers.join('')}`;
}
