import { readFile, stat } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { saveLog } from '../../src/cli/save-log.ts';
import { createWorld, outcomeOf, planOf, started, toolStep, type World } from '../runs/world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.end());

test('a saved log has both streams, what was run, how it ended, and no secret', async () => {
  const runs = world.groundup();
  const run = await started(runs, planOf([toolStep(['say=hello', 'cat=KUBECONFIG', 'warn=careful'])]));
  await outcomeOf(runs, run.id);
  const path = await saveLog(world.stateDir, run.id, ['hush-hush-token']);
  const text = await readFile(path ?? '', 'utf8');
  expect(text).toContain('Sync release cilium (run ');
  expect(text).toMatch(/\nsucceeded, exit code 0\n/);
  expect(text).toMatch(/ {2}\d:\d\d\.\d {3}hello/);
  expect(text).toMatch(/ {2}\d:\d\d\.\d ! careful/);
  expect(text).not.toContain('hush-hush');
  expect(((await stat(path ?? '')).mode & 0o777).toString(8)).toBe('600');
  expect(await saveLog(world.stateDir, 'nobody', [])).toBeNull();
});
