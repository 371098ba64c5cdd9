import { chmod, rename, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Workshop } from '../../src/recovery/plan.ts';
import { readJournal } from '../../src/runs/journal.ts';
import { pinTools } from '../../src/runs/pin-tools.ts';
import { field } from '../../src/text/field.ts';
import { say } from '../../src/text/safe.ts';
import { createWorld, eventually, outcomeOf, planOf, started, toolStep, type World } from './world.ts';

let world: World;
let helm: string;
let helmfile: string;
let workshop: Workshop;
beforeEach(async () => {
  world = await createWorld();
  helm = world.path('helm');
  helmfile = world.path('helmfile');
  await script(helm, 'echo one');
  await script(helmfile, 'while [ "$1" != "" ] && [ ! -e "$1" ]; do sleep 0.05; done; echo done');
  workshop = {
    tools: { helm: { path: helm, version: say`3.18.4` }, helmfile: { path: helmfile, version: say`1.1.3` } },
    repository: null,
  };
});
afterEach(() => world.end());

async function script(path: string, body: string): Promise<void> {
  await writeFile(`${path}.new`, `#!/bin/sh\n${body}\n`);
  await chmod(`${path}.new`, 0o755);
  await rename(`${path}.new`, path);
}
const step = (...args: readonly string[]) =>
  toolStep([], { path: helmfile, args: args.map(arg => field(arg)) });
const groundup = () => world.groundup({ pin: plan => pinTools(plan, workshop) });

test('a run writes down which files it runs, with those that they run themselves', async () => {
  const runs = groundup();
  const run = await started(runs, planOf([step()]));
  expect((await outcomeOf(runs, run.id)).state).toBe('succeeded');
  const journal = await readJournal(world.stateDir, run.id);
  expect(journal?.plan.pins).toMatchObject([
    { tool: 'helmfile', path: helmfile, version: '1.1.3', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    { tool: 'helm', path: helm, version: '3.18.4' },
  ]);
});

test('a tool that changed since the question was answered is not run', async () => {
  const confirmed = await pinTools(planOf([step()]), workshop);
  await script(helm, 'echo other');
  const result = await groundup().start(confirmed);
  expect(result).toMatchObject({
    ok: false,
    why: expect.stringContaining(`helm (${helm}) is not the file that was confirmed any more`),
  });
});

test('a tool that changes between two steps stops the run before the second', async () => {
  const runs = groundup();
  const go = world.path('go');
  const run = await started(runs, planOf([step(go), step()]));
  await eventually('the first step', async () =>
    (await readJournal(world.stateDir, run.id))?.events.some(one => one.event === 'spawned'),
  );
  await script(helm, 'echo other');
  await writeFile(go, '');
  const done = await outcomeOf(runs, run.id);
  expect(done.state).toBe('failed');
  expect(done.failure).toContain('it did not start: helm');
  expect(done.step).toBe(1);
});
