import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { FailPoint } from '../../src/runs/failpoint.ts';
import { type Journal, lastEvent, readJournal, runIds } from '../../src/runs/journal.ts';
import { hasEndedHere } from '../../src/runs/lease-guard.ts';
import { keepLease } from '../../src/runs/lease-keeper.ts';
import { takeLock } from '../../src/runs/lock.ts';
import { lifeOf } from '../../src/runs/process-identity.ts';
import { newRunId } from '../../src/runs/run-id.ts';
import { field } from '../../src/text/field.ts';
import { fileLease } from './fixtures/file-lease.ts';
import { createWorld, diagnosisOf, eventually, planOf, toolStep, type World } from './world.ts';

/** In the order in which a run passes them. */
const points = [
  'lock-taken',
  'plan-written',
  'supervisor-up',
  'lease-taken',
  'spawned-unrecorded',
  'running',
  'child-exited',
  'exit-half-written',
  'exit-written',
  'lease-unreleased',
  'verifying',
  'closing',
] as const satisfies readonly FailPoint[];
const victims = ['ui', 'supervisor', 'both', 'child'] as const;
type Victim = (typeof victims)[number];

/** Who is there to be killed: a supervisor from its start to its end, a child while it runs, the one who looks always. */
function isThere(victim: Victim, point: FailPoint): boolean {
  const at = points.indexOf(point);
  const isSupervised = at >= points.indexOf('supervisor-up') && at < points.indexOf('verifying');
  if (victim === 'child') return childLives(point);
  return victim === 'ui' || isSupervised;
}

/** While the child lives: it ends only when the test lets it. */
function childLives(point: FailPoint): boolean {
  return point === 'spawned-unrecorded' || point === 'running';
}

const cases = points.flatMap(point =>
  victims.filter(victim => isThere(victim, point)).map(victim => [point, victim] as const),
);

describe.concurrent('killed with -9', () => {
  test.each(cases)('at %s: %s', async (point, victim) => {
    const world = await createWorld();
    const owner = startOwner(world, point);
    try {
      await eventually('the point', () => existsSync(world.path('point/reached')), 40_000);
      await kill(world, owner, victim);
      writeFileSync(world.path('finish'), '');
      writeFileSync(world.path('point/go'), '');
      const left = await outcomeAfterRestart(world, victim);
      if (left === null) {
        expect(point).toBe('lock-taken');
        expect(done(world)).toEqual([]);
      } else {
        judge(world, left, point, victim);
      }
      expect((await runIds(world.stateDir)).length).toBe(left === null ? 0 : 1);
      await nextOneIsFree(world);
    } finally {
      owner.kill('SIGKILL');
      await world.end();
    }
  });
});

/** What the tool wrote of itself. */
function done(world: World): readonly string[] {
  const file = world.path('done');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

function startOwner(world: World, point: FailPoint): ChildProcess {
  mkdirSync(world.path('point'));
  if (!childLives(point)) writeFileSync(world.path('finish'), '');
  const script = [
    `echo $$ > ${world.path('pid')}`,
    `echo began >> ${world.path('done')}`,
    `while [ ! -e ${world.path('finish')} ]; do sleep 0.02; done`,
    `echo ended >> ${world.path('done')}`,
  ].join('; ');
  const plan = planOf([toolStep([], { path: '/bin/sh', args: [field('-c'), field(script)] })]);
  writeFileSync(world.path('plan.json'), JSON.stringify(plan));
  const program = new URL('fixtures/mortal-owner.ts', import.meta.url).pathname;
  return spawn(process.execPath, [program, world.stateDir, world.path('plan.json')], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH ?? '',
      GROUNDUP_FAILPOINT: `${point}=${world.path('point')}`,
      LEASE_FILE: world.path('lease.json'),
    },
  });
}

async function kill(world: World, owner: ChildProcess, victim: Victim): Promise<void> {
  if (victim === 'child') {
    const pid = await eventually(
      'the child',
      () => done(world)[0] && readFileSync(world.path('pid'), 'utf8'),
    );
    process.kill(Number(pid), 'SIGKILL');
    return;
  }
  if (victim !== 'supervisor') {
    owner.kill('SIGKILL');
    if (owner.exitCode === null && owner.signalCode === null) await once(owner, 'exit');
  }
  const supervisor = await supervisorOf(world);
  if (victim !== 'ui' && supervisor !== null && (await lifeOf(supervisor)) === 'alive')
    process.kill(supervisor.pid, 'SIGKILL');
}

async function journalOf(world: World): Promise<Journal | null> {
  const [id] = await runIds(world.stateDir);
  return id === undefined ? null : readJournal(world.stateDir, id);
}

async function supervisorOf(world: World) {
  const journal = await journalOf(world);
  return (journal && lastEvent(journal.events, 'supervisor')?.process) ?? null;
}

/** The next groundup finds what was left. Null when there is no run at all. */
async function outcomeAfterRestart(world: World, victim: Victim): Promise<Journal | null> {
  const isUiDead = victim === 'ui' || victim === 'both';
  // Whoever is still alive goes on first: a living groundup may have a supervisor to start yet.
  if (!isUiDead) await eventually('a supervisor', () => supervisorOf(world));
  const left = await journalOf(world);
  if (left === null) return null;
  const later = (await supervisorOf(world)) === null ? 20_000 : 0;
  const now = (): number => Date.now() + later;
  const runs = world.groundup({ now, observe: () => diagnosisOf({}, now()) });
  await runs.attach();
  await eventually('the outcome', async () => (await journalOf(world))?.outcome, 30_000);
  const supervisor = await supervisorOf(world);
  if (supervisor !== null) await eventually('its end', async () => (await lifeOf(supervisor)) === 'gone');
  return journalOf(world);
}

/** Never a success that was none, never a second run, never "nothing happened" when something did. */
function judge(world: World, { outcome, exit }: Journal, point: FailPoint, victim: Victim): void {
  const steps = done(world);
  expect(steps.filter(step => step === 'began').length).toBeLessThanOrEqual(1);
  const state = outcome?.state;
  if (state === 'succeeded') expect(steps).toEqual(['began', 'ended']);
  if (outcome?.failure?.includes('nothing was changed') === true) expect(steps).toEqual([]);
  if (victim === 'child') expect([state, exit?.signal]).toEqual(['failed', 'SIGKILL']);
  else if (point === 'plan-written') expect(state).toBe('failed');
  else if (victim === 'ui') expect(state).toBe('succeeded');
  else expect(state).toBe(expectedWithoutSupervisor[point]);
}

/** What remains to be known when nobody supervised from that point on. */
const expectedWithoutSupervisor: Readonly<Partial<Record<FailPoint, string>>> = {
  'supervisor-up': 'failed',
  'lease-taken': 'failed',
  'spawned-unrecorded': 'unknown',
  running: 'unknown',
  'child-exited': 'unknown',
  'exit-half-written': 'succeeded',
  'exit-written': 'succeeded',
  'lease-unreleased': 'succeeded',
};

/** Nothing that was left behind keeps the next one from beginning. */
async function nextOneIsFree(world: World): Promise<void> {
  const id = newRunId(Date.now());
  expect(await takeLock(world.stateDir, planOf([]), id, 'ops@here')).toBeNull();
  const store = fileLease(world.path('lease.json'));
  const taken = await keepLease(store, {
    run: id,
    by: 'ops@here',
    action: 'next',
    now: Date.now,
    hasEnded: record => hasEndedHere(world.stateDir, record, Date.now()),
    onChange: () => {},
  });
  expect(taken.ok).toBe(true);
  if (taken.ok) await taken.keeper.release();
}
