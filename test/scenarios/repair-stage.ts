import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { limitsAt } from '../../src/cli/demo.ts';
import type { Bench } from '../../src/recovery/action.ts';
import { commandsOf } from '../../src/recovery/make-plan.ts';
import { bestRemedy, planAction } from '../../src/recovery/offer.ts';
import type { Plan, Remedy, Workshop } from '../../src/recovery/plan.ts';
import { startTime } from '../../src/recovery/stamp.ts';
import type { Run } from '../../src/runs/run.ts';
import { everything, except } from '../../src/simulator/api/access.ts';
import { type Simulation, startSimulation } from '../../src/simulator/start-simulation.ts';
import { field } from '../../src/text/field.ts';
import { openRepairBench, type RepairBench } from '../support/repair-bench.ts';

const SPEED = 40;
/** A file that wants another helm sets this before its tests begin. */
export const wanted: { helm: 3 | 4 } = { helm: 3 };
export const WITHIN_MS = 90_000;
/** All releases one after the other, on a busy machine. */
export const SLOW_MS = 120_000;
const script = join(import.meta.dirname, '../../dist/tools.js');
const narrow = except(everything('narrow'), [
  { verbs: ['patch'], groups: ['apps'], resources: ['deployments', 'deployments/scale'] },
]);

/** A story is several waits, each with its own deadline. */
vi.setConfig({ testTimeout: 240_000 });

/** One simulated cluster under watch for all tests of a file, with its repository and tools. */
export let simulation: Simulation;
export let bench: RepairBench;
beforeAll(async () => {
  simulation = await startSimulation({
    speed: SPEED,
    toolsEntry: { command: process.execPath, script },
    tokens: new Map([['narrow', narrow]]),
    helm: wanted.helm,
  });
  writeFileSync(
    join(simulation.env.ROOT_DIR, 'bootstrap/00-crds.yaml'),
    'releases:\n  - { name: flux-operator, namespace: flux-system, chart: oci://ghcr.io/controlplaneio-fluxcd/charts/flux-operator }\n',
  );
  bench = await open();
  await healthy();
});
afterAll(async () => {
  await bench.close();
  await simulation.close();
});

/** A further watch of the same cluster, with another user or other tools. */
export function open(
  more: { readonly env?: Record<string, string>; readonly workshop?: (found: Workshop) => Workshop } = {},
) {
  return openRepairBench({
    env: { ...simulation.env, ...more.env },
    cwd: simulation.folder,
    stateDir: join(simulation.env.XDG_STATE_HOME, 'groundup'),
    wall: simulation.clock.now,
    limits: limitsAt(SPEED),
    speed: SPEED,
    ...(more.workshop === undefined ? {} : { workshop: more.workshop }),
  });
}

export const healthy = (on = bench) =>
  on.until('healthy', ({ diagnosis }) => diagnosis.verdict === 'healthy', WITHIN_MS);
export const fault = (name: string) => {
  const found = simulation.faults.find(one => one.name === name);
  if (found === undefined) throw new Error(`no fault ${name}`);
  return found;
};
export const best = ({ diagnosis, ...rest }: Bench): Remedy | null =>
  diagnosis.root === null ? null : bestRemedy(diagnosis.root, { diagnosis, ...rest });
export const nameOf = (one: Remedy | Plan | null) => [one?.action, one?.target].filter(Boolean).join(' ');
export const commands = (plan: Plan) => commandsOf(plan.steps).map(words => words.join(' '));
export const texts = (run: Run) => run.lines.map(line => String(line.text));

/** The plan of an action that is asked for by name. */
export function planned(id: string, target: string | null, on = bench): Plan {
  const plan = planAction(id, target === null ? null : field(target), on.bench());
  if (plan === null) throw new Error(`no plan for ${id} ${target}`);
  return plan;
}

/** Every command of the plan stands in the log, in its order, with the moment of its start where the plan leaves it open. */
export function ran(run: Run, plan: Plan): void {
  const logged = texts(run).filter(text => text.startsWith('$ '));
  expect(logged).toEqual(commands(run.plan).map(command => `$ ${command}`));
  expect(logged.map(text => text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, startTime))).toEqual(
    commands(plan).map(command => `$ ${command}`),
  );
}
