import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findCustomActions } from '../../src/cli/custom-actions.ts';
import type { CustomSpec } from '../../src/recovery/custom-action.ts';
import { blockedBy } from '../../src/recovery/guard.ts';
import { planAction } from '../../src/recovery/offer.ts';
import { field } from '../../src/text/field.ts';
import { say } from '../../src/text/safe.ts';
import { safePath } from '../../src/tools/find.ts';
import { benchOf } from '../recovery/bench.ts';
import { createWorld, outcomeOf, started, type World } from '../runs/world.ts';

let world: World;
let bin: string;
beforeEach(async () => {
  world = await createWorld();
  bin = world.path('bin');
  await mkdir(bin, { mode: 0o755 });
});
afterEach(async () => {
  await world.end();
  await rm(bin, { recursive: true, force: true });
});

const spec = (program: string): CustomSpec => ({
  id: 'show-values',
  title: say`Show the values`,
  argv: [program, 'a b', '$HOME', '{node}'],
  layer: 'cni',
  danger: 1,
  timeoutMs: 20_000,
  confirm: 'key',
  params: [{ name: 'node', choices: null, otherwise: null }],
});

async function program(mode = 0o755): Promise<string> {
  const file = join(bin, 'show-values');
  await writeFile(file, '#!/bin/sh\nfor word in "$@"; do echo "<$word>"; done\n');
  await chmod(file, mode);
  return file;
}

async function planOf(name: string) {
  const bench = benchOf({ uid: 'uid-1' });
  const custom = await findCustomActions([spec(name)], await safePath(bin));
  const plan = planAction('show-values', field('node=k8s-2'), {
    ...bench,
    workshop: { ...bench.workshop, repository: null },
    custom,
  });
  if (plan === null) throw new Error('no plan');
  return plan;
}

test('a program of the configuration is found on PATH, and gets its arguments as they are: no shell reads them', async () => {
  await program();
  const plan = await planOf('show-values');
  const runs = world.groundup();
  const run = await started(runs, { ...plan, success: { ...plan.success, stableMs: 50 } });
  const done = await outcomeOf(runs, run.id);
  expect(done.lines.filter(line => line.from === 'stdout').map(line => line.text)).toEqual([
    '<a b>',
    '<$HOME>',
    '<k8s-2>',
  ]);
  expect(done.state).toBe('succeeded');
});

test.each([
  ['is not there', null, 'show-values'],
  ['may be changed by anybody', 0o777, 'show-values'],
  ['is named by a relative path', 0o755, './bin/show-values'],
])('a program that %s is not run', async (_, mode, name) => {
  if (mode !== null) await program(mode);
  expect(blockedBy((await planOf(name)).guards)).toMatch(/show-values is not on PATH/);
});

test('a program may be named by its whole path', async () => {
  const file = await program();
  expect((await planOf(file)).steps[0]).toMatchObject({ path: file });
});
