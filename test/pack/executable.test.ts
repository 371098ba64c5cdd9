import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { top, version } from '../../src/build/bundle-options.ts';
import { makeSandbox, runCommand, type Sandbox, startServe } from '../e2e/program.ts';

const isHere = process.platform === 'linux' && process.arch === 'x64';
const title = 'the single executable, alone in a folder, without Node and without an environment';

describe.skipIf(!isHere)(isHere ? title : `${title} (skipped: it is made on Linux x64 only)`, () => {
  let folder: string;
  let file: string;
  let sandbox: Sandbox;
  beforeAll(() => {
    execFileSync('npm', ['run', '--silent', 'executable'], { cwd: top });
    folder = mkdtempSync(join(tmpdir(), 'groundup-executable-'));
    file = join(folder, 'groundup');
    copyFileSync(join(top, 'dist/executable/groundup'), file);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(() => {
    sandbox = makeSandbox();
  });
  afterEach(() => sandbox.remove());

  /** `env -i`: not even PATH, but a home and a temp folder that are its own. */
  const bare = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const given = Object.entries({ ...sandbox.env, ...env }).map(([name, value]) => `${name}=${value}`);
    return runCommand(sandbox, '/usr/bin/env', ['-i', ...given, file, ...args], { withinMs: 120_000 });
  };

  it('tells its version and refuses what it does not know', async () => {
    expect((await bare(['--version'])).out).toBe(`${version}\n`);
    const odd = await bare(['--nope']);
    expect([odd.code, odd.err]).toEqual([64, expect.stringContaining('unknown flag --nope')]);
  });

  it('plays an incident to its end with its own simulated tools', async () => {
    const demo = await bare(['demo']);
    expect(demo.out).toMatch(/RECOVER {3}Sync release cilium[\s\S]*VERIFIED/);
    expect(demo.code).toBe(0);
    expect(sandbox.left()).toEqual([]);
    expect(sandbox.running()).toEqual([]);
  });

  it('checks and repairs the simulated cluster that another one of it serves', async () => {
    const served = await startServe(sandbox, ['--scenario', 'cni-gone'], file);
    const before = await bare(['check'], served.env);
    expect([before.code, before.out]).toEqual([2, expect.stringContaining('ROOT CAUSE  cni')]);
    const recovered = await bare(['recover', '--yes'], served.env);
    expect(recovered.out, recovered.err).toMatch(/OUTCOME {3}succeeded/);
    const runs = await bare(['runs'], served.env);
    expect(runs.out).toContain('succeeded');
    await served.stop();
  });
});
