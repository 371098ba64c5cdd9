import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Diagnosis, LayerView } from '../../src/diagnosis/diagnosis.ts';
import { layerIds } from '../../src/layers/layer.ts';
import type { Plan, Step } from '../../src/recovery/plan.ts';
import { createRuns, type Runs, type RunsOptions } from '../../src/runs/runs.ts';
import { field } from '../../src/text/field.ts';
import { say } from '../../src/text/safe.ts';

const fixture = (name: string): string => new URL(`fixtures/${name}`, import.meta.url).pathname;

export const launcher = { command: process.execPath, args: [fixture('supervisor.ts')] };

/** A step that runs the fixture tool with these arguments. */
export function toolStep(args: readonly string[], rest: Partial<Extract<Step, { kind: 'tool' }>> = {}): Step {
  return {
    kind: 'tool',
    title: say`sync cilium`,
    tool: 'helmfile',
    path: process.execPath,
    args: [fixture('tool.ts'), ...args].map(arg => field(arg)),
    cwd: '/',
    env: {},
    deadlineMs: 60_000,
    ...rest,
  };
}

export function apiStep(path: string): Step {
  return {
    kind: 'api',
    title: say`scale coredns`,
    method: 'PATCH',
    path: field(path),
    contentType: 'application/merge-patch+json',
    body: { spec: { replicas: 2 } },
    command: [say`kubectl`, say`scale`],
    deadlineMs: 5_000,
  };
}

export function planOf(steps: readonly Step[], rest: Partial<Plan> = {}): Plan {
  return {
    action: 'sync-release',
    target: say`cilium`,
    title: say`Sync release cilium`,
    danger: 3,
    typedWord: say`cilium`,
    cluster: { context: say`homelab`, server: say`https://10.0.0.10:6443`, uid: say`uid-1` },
    steps,
    effect: say`creates it again`,
    takes: say`1 min`,
    expectedMs: 1_000,
    success: { layer: 'cni', stableMs: 100, withinMs: 5_000, text: say`CNI healthy` },
    guards: [],
    ...rest,
  };
}

/** What the watch says: one layer's verdict, the rest healthy, confirmed at `at`. */
export function diagnosisOf(cni: Partial<LayerView>, at: number, uid = 'uid-1'): Diagnosis {
  const views = layerIds.map((id, key): LayerView => {
    const view: LayerView = {
      id,
      key,
      title: field(id.toUpperCase()),
      short: field(id),
      verdict: 'healthy',
      reason: null,
      summary: say`agents 3/3`,
      measure: null,
      findings: [],
      since: null,
      confirmedAt: at,
      stale: false,
      blockedBy: null,
    };
    return id === 'cni' ? { ...view, ...cni } : view;
  });
  return {
    at,
    cluster: {
      context: say`homelab`,
      server: say`https://10.0.0.10:6443`,
      version: say`v1.33.1`,
      uid: field(uid),
    },
    verdict: 'healthy',
    root: null,
    otherRoots: [],
    layers: views,
    components: [],
  };
}

export interface World {
  readonly stateDir: string;
  readonly path: (name: string) => string;
  /** A groundup on this machine, by default one that sees a healthy cluster. */
  readonly groundup: (rest?: Partial<RunsOptions>) => Runs;
  readonly end: () => Promise<void>;
}

export async function createWorld(): Promise<World> {
  const base = await mkdtemp(join(tmpdir(), 'groundup-runs-'));
  const all: Runs[] = [];
  return {
    stateDir: join(base, 'groundup'),
    path: name => join(base, name),
    groundup: rest => {
      const runs = createRuns({
        stateDir: join(base, 'groundup'),
        launcher,
        environment: () => ({ PATH: process.env.PATH ?? '' }),
        now: Date.now,
        observe: () => diagnosisOf({}, Date.now()),
        kubeconfigText: () => 'users:\n- name: admin\n  user:\n    token: hush-hush-token\n',
        pollEveryMs: 40,
        ...rest,
      });
      all.push(runs);
      return runs;
    },
    end: async () => {
      await Promise.all(all.map(runs => runs.close()));
      await rm(base, { recursive: true, force: true });
    },
  };
}

/** Looks again and again until there is something to return; fails loudly after the deadline. */
export async function eventually<T>(
  what: string,
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  deadlineMs = 60_000,
): Promise<T> {
  const until = Date.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > until) throw new Error(`never came: ${what}`);
    await delay(20);
  }
}

/** The run once its outcome is known. */
export async function outcomeOf(runs: Runs, id: string) {
  return eventually(`the outcome of run ${id}`, () => runs.past().find(run => run.id === id));
}

export async function started(runs: Runs, plan: Plan) {
  const result = await runs.start(plan);
  if (!result.ok) throw new Error(`not started: ${result.why}`);
  return result.run;
}
