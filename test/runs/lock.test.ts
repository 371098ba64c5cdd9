import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { releaseLock, takeLock } from '../../src/runs/lock.ts';
import { identityOf, lifeOf, type ProcessIdentity } from '../../src/runs/process-identity.ts';
import { newRunId } from '../../src/runs/run-id.ts';
import { createWorld, planOf, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.end());

const plan = planOf([]);
const take = (id = newRunId(Date.now())) => takeLock(world.stateDir, plan, id, 'ops@here');
const heldBy = async (process: ProcessIdentity) => {
  await mkdir(join(world.stateDir, 'locks'), { recursive: true });
  const content = { runId: newRunId(1), by: 'alice@there', action: 'Sync release cilium', process };
  await writeFile(join(world.stateDir, 'locks', 'uid-1.lock'), JSON.stringify(content));
};

test('a lock is held until it is given back by the run that has it', async () => {
  const mine = newRunId(1);
  expect(await take(mine)).toBeNull();
  expect(await take()).toContain('ops@here changes this cluster now: Sync release cilium');
  await releaseLock(world.stateDir, plan, newRunId(2));
  expect(await take()).not.toBeNull();
  await releaseLock(world.stateDir, plan, mine);
  expect(await take()).toBeNull();
});

test('locks of different clusters do not meet', async () => {
  expect(await take()).toBeNull();
  const other = planOf([], { cluster: { ...plan.cluster, uid: 'uid-2' as never } });
  expect(await takeLock(world.stateDir, other, newRunId(1), 'ops@here')).toBeNull();
});

test('a lock of a living process is respected', async () => {
  await heldBy(await identityOf(process.pid));
  expect(await take()).toContain('alice@there');
});

test.each<[string, (me: ProcessIdentity) => ProcessIdentity]>([
  ['whose process is gone', me => ({ ...me, pid: 2 ** 22 + 1 })],
  ['whose number belongs to another process now', me => ({ ...me, startTime: '1' })],
  ['from before the machine was started', me => ({ ...me, bootId: 'another-boot' })],
])('a lock %s is taken over', async (_, change) => {
  await heldBy(change(await identityOf(process.pid)));
  expect(await take()).toBeNull();
});

test('a lock of another machine is never taken over: its processes cannot be seen', async () => {
  await heldBy({ pid: 1, startTime: '1', bootId: null, host: `not-${hostname()}` });
  expect(await take()).toContain('alice@there');
});

test('a lock file that is damaged is taken over', async () => {
  await mkdir(join(world.stateDir, 'locks'), { recursive: true });
  await writeFile(join(world.stateDir, 'locks', 'uid-1.lock'), '{"runId":');
  expect(await take()).toBeNull();
});

test('of many that find a stale lock exactly one gets it', async () => {
  for (let round = 0; round < 20; round++) {
    await heldBy({ ...(await identityOf(process.pid)), startTime: '1' });
    const results = await Promise.all(Array.from({ length: 10 }, () => take()));
    expect(results.filter(result => result === null).length).toBe(1);
    expect(await readdir(join(world.stateDir, 'locks'))).toEqual(['uid-1.lock']);
  }
});

test('a name in a lock cannot reach the terminal', async () => {
  await heldBy(await identityOf(process.pid));
  const path = join(world.stateDir, 'locks', 'uid-1.lock');
  const content = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...content, by: '\x1b[2Jmallory' }));
  expect(await take()).toContain('^[[2Jmallory');
});

test('a process knows itself from its start time', async () => {
  const me = await identityOf(process.pid);
  expect(await lifeOf(me)).toBe('alive');
  expect(await lifeOf({ ...me, startTime: `${me.startTime}0` })).toBe('gone');
});
