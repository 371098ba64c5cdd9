import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { top, version } from '../../src/build/bundle-options.ts';
import { fetchNode } from '../../src/build/fetch-node.ts';
import { makeSandbox, runCommand, startServe } from '../e2e/program.ts';

let folder: string;
let prefix: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'groundup-pack-'));
  prefix = join(folder, 'prefix');
  const npm = (...words: readonly string[]): string =>
    execFileSync('npm', [...words, '--cache', join(folder, 'cache')], { cwd: top, encoding: 'utf8' });
  npm('pack', '--silent', '--pack-destination', folder);
  // Offline: a package that had to fetch anything could not be installed.
  npm('install', '--global', '--offline', '--ignore-scripts', '--prefix', prefix, tarball());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tarball = (): string =>
  join(folder, readdirSync(folder).find(name => name.endsWith('.tgz')) ?? 'no tarball');
const installed = (): string => join(prefix, 'lib/node_modules/groundup');

describe('the package', () => {
  it('brings no other package along, and stays small', () => {
    expect(readdirSync(join(prefix, 'lib/node_modules'))).toEqual(['groundup']);
    expect(readdirSync(installed())).not.toContain('node_modules');
    expect(statSync(tarball()).size).toBeLessThan(3 * 1024 * 1024);
  });

  it('installs its commands, its manual page and what tells of its parts', () => {
    expect(readdirSync(join(prefix, 'bin')).sort()).toEqual([
      'groundup',
      'kubectl-groundup',
      'kubectl_complete-groundup',
    ]);
    expect(readdirSync(join(prefix, 'share/man/man1'))).toEqual(['groundup.1']);
    const { components } = JSON.parse(readFileSync(join(installed(), 'dist/sbom.json'), 'utf8'));
    expect(components.length).toBeGreaterThan(20);
  });
});

const nodes = process.platform === 'linux' && process.arch === 'x64' ? ['22.18.0', '24.21.0', '26.10.0'] : [];
describe.skipIf(nodes.length === 0)('installed, with nothing but a Node', () => {
  it.each(nodes)(
    'runs on Node %s: its version, a demo to its end, and kubectl groundup check',
    async number => {
      const bin = join(folder, `path-${number}`);
      mkdirSync(bin);
      symlinkSync(fetchNode(number), join(bin, 'node'));
      const path = `${join(prefix, 'bin')}:${bin}:${kubectlFolder() ?? ''}/usr/bin:/bin`;
      const sandbox = makeSandbox();
      const env = { PATH: path };
      const told = await runCommand(sandbox, 'groundup', ['--version'], { env });
      expect([told.code, told.out, told.err]).toEqual([0, `${version}\n`, '']);
      const demo = await runCommand(sandbox, 'groundup', ['demo'], { env, withinMs: 120_000 });
      expect(demo.code, demo.out + demo.err).toBe(0);
      expect(demo.out).toMatch(/RECOVER {3}Sync release cilium[\s\S]*VERIFIED/);
      expect(sandbox.left()).toEqual([]);
      const served = await startServe(sandbox);
      const there = { PATH: path, KUBECONFIG: served.env.KUBECONFIG ?? '' };
      const words = kubectlFolder() === null ? ['kubectl-groundup'] : ['kubectl', 'groundup'];
      const [command = '', ...rest] = words;
      const check = await runCommand(sandbox, command, [...rest, 'check'], { env: there, withinMs: 60_000 });
      await served.stop();
      expect(check.out + check.err).toMatch(/^demo v1\.33\.1: healthy/);
      expect(check.code).toBe(0);
      sandbox.remove();
    },
  );
});

/** Where a real kubectl is, with a colon after it; null when there is none. */
function kubectlFolder(): string | null {
  try {
    return `${dirname(execFileSync('which', ['kubectl'], { encoding: 'utf8' }).trim())}:`;
  } catch {
    return null;
  }
}
