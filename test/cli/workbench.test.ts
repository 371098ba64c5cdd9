import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openWorkbench } from '../../src/cli/workbench.ts';
import type { ContextSettings } from '../../src/config/context-settings.ts';
import { emptyConfig } from '../../src/config/empty-config.ts';
import type { Settings } from '../../src/config/settings.ts';
import { eventually } from '../e2e/program.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'groundup-bench-'));
  for (const name of ['one', 'two']) {
    mkdirSync(join(folder, name, 'bootstrap'), { recursive: true });
    writeFileSync(
      join(folder, name, 'bootstrap/helmfile.yaml'),
      `releases:\n  - {name: ${name}, namespace: x, chart: y}\n`,
    );
  }
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const settings = (change: Partial<ContextSettings>): Settings => {
  const plain = emptyConfig('none').settingsFor('homelab');
  return { ...plain, context: { ...plain.context, ...change } };
};

it('finds the configured repository, gives tools the configured environment, and looks again when either changes', async () => {
  const repository = join(folder, 'one');
  const env = { PATH: '/usr/bin:/bin', HOME: folder };
  const first = settings({ repository, env: { AWS_PROFILE: 'home', CUSTOM: 'x', LD_PRELOAD: 'bad.so' } });
  let found = 0;
  const bench = await openWorkbench({ env, cwd: folder, settings: first }, () => {
    found += 1;
  });
  expect(bench.workshop()).toBeNull();
  await bench.inspected;
  expect(bench.workshop()?.repository).toMatchObject({ root: repository, releases: [{ name: 'one' }] });
  expect(bench.environment()).toMatchObject({ AWS_PROFILE: 'home', CUSTOM: 'x' });
  expect(bench.environment()).not.toHaveProperty('LD_PRELOAD');

  bench.configure(settings({ repository, env: first.context.env, armForMs: 60_000 }));
  expect(found).toBe(1);
  bench.configure(settings({ repository: join(folder, 'two') }));
  await eventually(
    'it looked again',
    () => bench.workshop()?.repository?.releases,
    all => all?.[0]?.name === 'two',
  );
  expect(bench.environment()).not.toHaveProperty('CUSTOM');
  bench.close();
});
