import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeDurable } from '../../src/runs/files.ts';
import { readJournal, runIds } from '../../src/runs/journal.ts';
import { listRuns } from '../../src/runs/read-runs.ts';
import { retain } from '../../src/runs/retention.ts';
import { isRunId, newRunId, timeOfRun } from '../../src/runs/run-id.ts';
import { secretsOf } from '../../src/runs/secrets.ts';
import { createWorld, planOf, toolStep, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.end());

const NOW = Date.parse('2026-01-02T03:04:05Z');
const DAY = 86_400_000;

async function past(at: number, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const id = newRunId(at);
  const dir = join(world.stateDir, 'runs', id);
  await mkdir(dir, { recursive: true });
  const all = {
    'plan.json': JSON.stringify(planOf([toolStep(['say=x'])])),
    'state.jsonl': `${JSON.stringify({ event: 'planned', at, by: 'ops@here' })}\n`,
    'exit.json': JSON.stringify({ at, step: 0, code: 0, signal: null, reason: 'done', note: null }),
    'outcome.json': JSON.stringify({ at, state: 'succeeded', failure: null }),
    'out.log': 'x\n',
    ...more,
  };
  for (const [name, text] of Object.entries(all)) await writeFile(join(dir, name), text);
  return id;
}

test('ids sort by time and are never the same', () => {
  const ids = [1, 1_000, NOW, NOW + 1].map(newRunId);
  expect([...ids].sort()).toEqual(ids);
  expect(ids.map(timeOfRun)).toEqual([1, 1_000, NOW, NOW + 1]);
  expect(ids.every(isRunId)).toBe(true);
  expect(new Set(Array.from({ length: 1_000 }, () => newRunId(NOW))).size).toBe(1_000);
  expect(isRunId('../../etc/passwd')).toBe(false);
});

describe('a journal on disk', () => {
  test.each([
    ['a plan that is cut off', { 'plan.json': '{"action":' }],
    ['a plan that is something else', { 'plan.json': '[1]' }],
    ['a plan with odd steps', { 'plan.json': JSON.stringify({ ...planOf([]), steps: [{ kind: 'tool' }] }) }],
  ])('with %s is not a run', async (_, more) => {
    const id = await past(NOW, more);
    expect(await readJournal(world.stateDir, id)).toBeNull();
    expect(await listRuns(world.stateDir)).toEqual([]);
  });

  test('with damaged lines keeps the others', async () => {
    const state =
      '{"event":"planned","at":1,"by":"x"}\n{"event":"step","at":2,"st\n\x00\n{"event":"step","at":3,"step":0}\n';
    const journal = await readJournal(
      world.stateDir,
      await past(NOW, { 'state.jsonl': state, 'outcome.json': '{}' }),
    );
    expect(journal?.events.map(one => one.at)).toEqual([1, 3]);
    expect(journal?.outcome).toBeNull();
  });

  test('cannot bring control characters to the screen', async () => {
    const plan = { ...planOf([]), title: '\x1b[31mred\x1b[0m', extra: '\x07' };
    const journal = await readJournal(world.stateDir, await past(NOW, { 'plan.json': JSON.stringify(plan) }));
    expect(JSON.stringify(journal?.plan)).not.toMatch(/\\u00/);
    expect(journal?.plan.title).toBe('^[[31mred^[[0m');
  });

  test('behind a link, or with a linked plan, is not trusted', async () => {
    const id = await past(NOW);
    const linked = newRunId(NOW + 1);
    await symlink(join(world.stateDir, 'runs', id), join(world.stateDir, 'runs', linked));
    expect(await readJournal(world.stateDir, linked)).toBeNull();
    const other = newRunId(NOW + 2);
    await mkdir(join(world.stateDir, 'runs', other));
    await symlink(
      join(world.stateDir, 'runs', id, 'plan.json'),
      join(world.stateDir, 'runs', other, 'plan.json'),
    );
    expect(await readJournal(world.stateDir, other)).toBeNull();
  });

  test('leaves other files in its directory alone', async () => {
    const id = await past(NOW);
    await writeFile(join(world.stateDir, 'runs', 'notes.txt'), '');
    await mkdir(join(world.stateDir, 'runs', 'old'));
    expect(await runIds(world.stateDir)).toEqual([id]);
  });
});

describe('old runs', () => {
  test('lose their output after a week and are forgotten beyond a hundred', async () => {
    const oldest = await past(NOW - 30 * DAY);
    for (let i = 0; i < 98; i++) await past(NOW - 20 * DAY + i);
    const week = await past(NOW - 8 * DAY);
    const fresh = await past(NOW - DAY);
    await retain(world.stateDir, NOW);
    const left = await runIds(world.stateDir);
    expect(left.length).toBe(100);
    expect(left).not.toContain(oldest);
    expect(await readdir(join(world.stateDir, 'runs', week))).not.toContain('out.log');
    expect(await readdir(join(world.stateDir, 'runs', fresh))).toContain('out.log');
    expect((await listRuns(world.stateDir))[0]?.id).toBe(fresh);
  });

  test('lose their output, the oldest first, when it is too much together', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 4; i++) ids.push(await past(NOW - DAY + i, { 'out.log': 'x'.repeat(1_000) }));
    await retain(world.stateDir, NOW, { runs: 100, logsMs: 7 * DAY }, 2_500);
    const kept = await Promise.all(ids.map(id => readdir(join(world.stateDir, 'runs', id))));
    expect(kept.map(names => names.includes('out.log'))).toEqual([false, false, true, true]);
    expect(kept.every(names => names.includes('plan.json'))).toBe(true);
  });

  test('are looked into only where something would be taken from them', async () => {
    await past(NOW - 30 * DAY);
    const week = await past(NOW - 8 * DAY);
    for (let i = 0; i < 97; i++) await past(NOW - DAY + i);
    const littered = await past(NOW - DAY / 2, { kubeconfig: 'token: x' });
    await past(NOW - DAY / 4);
    const looked: string[] = [];
    const read: typeof readJournal = (stateDir, id) => {
      looked.push(id);
      return readJournal(stateDir, id);
    };
    const [oldest] = await runIds(world.stateDir);
    await retain(world.stateDir, NOW, { runs: 100, logsMs: 7 * DAY }, 1e9, read);
    expect(looked).toEqual([littered, week, oldest]);
    looked.length = 0;
    await retain(world.stateDir, NOW, { runs: 100, logsMs: 7 * DAY }, 1e9, read);
    expect(looked).toEqual([]);
  });

  test('that are not over lose nothing, however old and many', async () => {
    const at = NOW - 30 * DAY;
    const running = newRunId(at);
    const dir = join(world.stateDir, 'runs', running);
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, 'plan.json'), JSON.stringify(planOf([toolStep(['say=x'])])));
    await writeFile(
      join(dir, 'state.jsonl'),
      `${JSON.stringify({ event: 'planned', at, by: 'ops@here' })}\n`,
    );
    await writeFile(join(dir, 'out.log'), 'x\n');
    await writeFile(join(dir, 'kubeconfig'), 'token: x');
    for (let i = 0; i < 3; i++) await past(NOW - DAY + i);
    await retain(world.stateDir, NOW, { runs: 1, logsMs: DAY }, 1);
    expect((await runIds(world.stateDir))[0]).toBe(running);
    expect((await readdir(dir)).sort()).toEqual(['kubeconfig', 'out.log', 'plan.json', 'state.jsonl']);
  });

  test('lose what a tool and its credentials left behind', async () => {
    const id = await past(NOW - DAY, { kubeconfig: 'token: x' });
    const tmp = join(world.stateDir, 'runs', id, 'tmp');
    await mkdir(tmp);
    await writeFile(join(tmp, 'decrypted-values.yaml'), 'password: x');
    await utimes(tmp, 0, 0);
    await retain(world.stateDir, NOW);
    expect(await readdir(join(world.stateDir, 'runs', id))).not.toEqual(expect.arrayContaining(['tmp']));
    expect(await readdir(join(world.stateDir, 'runs', id))).not.toContain('kubeconfig');
  });
});

test('the secrets of a kubeconfig are found wherever they stand', () => {
  const key = Buffer.from('-----BEGIN KEY-----\nabc\n').toString('base64');
  const text = `
users:
- name: a
  user: {token: t-1, password: p-1, client-key-data: ${key}}
- name: b
  user: {auth-provider: {config: {id-token: i-1, refresh-token: r-1}}}
`;
  expect(secretsOf(text)).toEqual(['t-1', 'p-1', key, '-----BEGIN KEY-----\nabc\n', 'i-1', 'r-1']);
  expect(secretsOf('{{{')).toEqual([]);
});

test('a file is replaced as a whole: until then the old one stands there, and half of the new one never does', async () => {
  const path = join(world.stateDir, 'state.json');
  const seen: string[] = [];
  await mkdir(world.stateDir, { recursive: true });
  for (const text of ['the first and quite long text', 'the second text, which is longer still'])
    await writeDurable(path, text, () =>
      seen.push(existsSync(path) ? readFileSync(path, 'utf8') : 'nothing'),
    );
  expect(seen).toEqual(['nothing', 'the first and quite long text']);
  expect(readFileSync(path, 'utf8')).toBe('the second text, which is longer still');
  expect(await readdir(world.stateDir)).toEqual(['state.json']);
});
