import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lastEvent, readJournal } from '../../src/runs/journal.ts';
import { lifeOf } from '../../src/runs/process-identity.ts';
import { fileLease } from './fixtures/file-lease.ts';
import {
  createWorld,
  diagnosisOf,
  eventually,
  outcomeOf,
  planOf,
  started,
  toolStep,
  type World,
} from './world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.end());

const launcher = {
  command: process.execPath,
  args: [new URL('fixtures/mortal-supervisor.ts', import.meta.url).pathname],
};
const groundup = (rest = {}) =>
  world.groundup({
    launcher,
    environment: () => ({ PATH: process.env.PATH ?? '', LEASE_FILE: world.path('lease.json') }),
    ...rest,
  });
const journal = (id: string) => readJournal(world.stateDir, id);

describe('a supervisor', () => {
  test.each([
    ['is asked to end when it holds no lock', /ended by SIGINT|exit code 130/],
    ['goes on when it may hold one', null],
  ])('past its deadline a tool %s', async (_, ending) => {
    const go = world.path('go');
    const runs = groundup();
    const args = ending === null ? [`until=${go}`] : ['polite', `until=${go}`];
    const rest = ending === null ? {} : ({ endsAtDeadline: true } as const);
    const run = await started(runs, planOf([toolStep(args, { deadlineMs: 400, ...rest })]));
    await eventually('overdue', async () =>
      (await journal(run.id))?.events.some(one => one.event === 'overdue'),
    );
    if (ending === null) await writeFile(go, '');
    const done = await outcomeOf(runs, run.id);
    expect(done.state).toBe(ending === null ? 'succeeded' : 'failed');
    if (ending !== null) expect(done.failure).toMatch(ending);
  });

  test('holds the lock of the cluster while it works, and gives it back', async () => {
    const runs = groundup();
    const go = world.path('go');
    const run = await started(runs, planOf([toolStep([`until=${go}`])]));
    const store = fileLease(world.path('lease.json'));
    const held = await eventually('the lock', async () => {
      const read = await store.read();
      return read.ok && read.record?.run === run.id ? read.record : null;
    });
    expect(held).toMatchObject({ action: 'Sync release cilium', durationMs: 60_000 });
    await writeFile(go, '');
    expect((await outcomeOf(runs, run.id)).state).toBe('succeeded');
    await eventually('given back', async () => {
      const read = await store.read();
      return read.ok && read.record?.holder === '';
    });
  });

  test('does not begin when somebody else holds the lock of the cluster, and says who', async () => {
    const other = {
      version: '7',
      holder: 'alice@jump-1:01A',
      by: 'alice@jump-1',
      action: 'Sync release coredns',
      run: '01A',
      since: 0,
      durationMs: 60_000,
    };
    await writeFile(world.path('lease.json'), JSON.stringify(other));
    const runs = groundup();
    const run = await started(runs, planOf([toolStep([`touch=${world.path('ran')}`])]));
    const done = await outcomeOf(runs, run.id);
    expect(done.state).toBe('failed');
    expect(done.failure).toContain('alice@jump-1 holds it: Sync release coredns');
    expect(done.lines.some(line => line.text.startsWith('$'))).toBe(false);
  });

  test('that lost the lock ends its step in order and begins no other', async () => {
    const runs = groundup();
    const go = world.path('go');
    const run = await started(runs, planOf([toolStep([`until=${go}`, 'say=one']), toolStep(['say=two'])]));
    const store = fileLease(world.path('lease.json'));
    const version = await eventually('the lock', async () => {
      const read = await store.read();
      return read.ok && read.record?.run === run.id ? read.record.version : null;
    });
    await eventually('the tool', async () => lastEvent((await journal(run.id))?.events ?? [], 'spawned'));
    const alice = {
      holder: 'alice@jump-1:01A',
      by: 'alice@jump-1',
      action: 'x',
      run: '01A',
      since: 0,
      now: 0,
    };
    await store.write({ ...alice, durationMs: 60_000 }, version);
    await writeFile(go, '');
    const done = await outcomeOf(runs, run.id);
    expect(done.state).toBe('failed');
    expect(done.failure).toContain('the lock in the cluster is lost: alice@jump-1 holds it');
    expect(done.lines.filter(line => line.from === 'stdout').map(line => line.text)).toEqual(['one']);
    expect(lastEvent((await journal(run.id))?.events ?? [], 'lease')).toMatchObject({ state: 'lost' });
  });

  test.each([
    ['waits at a gate', (w: World) => [toolStep([]), toolStep([`touch=${w.path('second')}`])]],
    ['watches its tool', (w: World) => [toolStep([`until=${w.path('go')}`])]],
  ])('ends soon when its directory is taken away while it %s', async (_, stepsOf) => {
    const runs = groundup({ observe: () => diagnosisOf({ verdict: 'down' }, Date.now()) });
    const plan = planOf([]);
    const [first, ...rest] = stepsOf(world);
    if (first === undefined) throw new Error('no step');
    const run = await started(runs, { ...plan, steps: [{ ...first, gate: plan.success }, ...rest] });
    const supervisor = await eventually('the step', async () => {
      const events = (await journal(run.id))?.events ?? [];
      const isThere = lastEvent(events, rest.length > 0 ? 'gate' : 'spawned') !== null;
      return isThere && lastEvent(events, 'supervisor')?.process;
    });
    await rm(join(world.stateDir, 'runs', run.id), { recursive: true });
    await eventually('its end', async () => (await lifeOf(supervisor)) === 'gone', 30_000);
    await writeFile(world.path('go'), '');
  });
});

test('a run that was given up as never begun cannot begin late', async () => {
  const late = 20_000;
  const runs = groundup({
    launcher: { command: '/bin/sh', args: ['-c', 'sleep 0'] },
    now: () => Date.now(),
  });
  const run = await started(runs, planOf([toolStep([`touch=${world.path('ran')}`])]));
  await runs.close();
  const next = groundup({ now: () => Date.now() + late });
  await next.attach();
  expect(await outcomeOf(next, run.id)).toMatchObject({
    state: 'failed',
    failure: 'it never began: nothing was changed',
  });
  const { launchSupervisor } = await import('../../src/runs/launch.ts');
  const dir = join(world.stateDir, 'runs', run.id);
  await launchSupervisor(dir, launcher, {
    PATH: process.env.PATH ?? '',
    LEASE_FILE: world.path('lease.json'),
  });
  const exit = await eventually('its end', async () => (await journal(run.id))?.exit);
  expect(exit.reason).toBe('stopped');
  expect(lastEvent((await journal(run.id))?.events ?? [], 'spawned')).toBeNull();
});
