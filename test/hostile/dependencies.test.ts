import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { rowTest } from '../faults-terminal/support/row-test.ts';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
  readonly link?: boolean;
}

const top = new URL('../..', import.meta.url).pathname;
const read = (path: string) => JSON.parse(readFileSync(join(top, path), 'utf8'));
const manifest = read('package.json');
const locked = Object.entries(read('package-lock.json').packages as Record<string, Locked>).filter(
  ([path]) => path !== '',
);
const nameOf = (path: string): string =>
  path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
/** What is bundled is all that runs at a user's: the list of materials of the build tells it. */
const bundled = new Set(
  (read('dist/sbom.json').components as readonly { name: string; version: string }[]).map(
    ({ name, version }) => `${name}@${version}`,
  ),
);
const atRunTime = locked.filter(([path, { version }]) => bundled.has(`${nameOf(path)}@${version}`));

rowTest('S13', { what: 'the lock file' }, measured => {
  const allowed: Record<string, boolean> = manifest.allowScripts;
  const scripted = locked.filter(([, one]) => one.hasInstallScript === true);
  expect(
    scripted
      .filter(([path, one]) => allowed[nameOf(path)] !== true && one.optional !== true)
      .map(([path]) => path),
  ).toEqual([]);
  expect(atRunTime.filter(([, one]) => one.hasInstallScript === true)).toEqual([]);
  for (const [path, { integrity, resolved, version }] of locked) {
    expect(integrity, path).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
    expect(version, path).toMatch(/^\d+\.\d+\.\d+/);
    expect(resolved ?? 'https://', path).toMatch(/^https:\/\//);
  }
  const wanted = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies } as Record<
    string,
    string
  >);
  for (const [name, range] of wanted) expect(range, `${name} is pinned`).toMatch(/^\d+\.\d+\.\d+$/);
  measured(
    `${Object.keys(manifest.dependencies ?? {}).length} to be installed and ${atRunTime.length} bundled, 0 with install scripts; ${locked.length} tarballs by SHA-512`,
  );
});

rowTest('S13', { what: 'what is installed' }, measured => {
  const installed = atRunTime.filter(([path]) => existsSync(join(top, path, 'package.json')));
  expect(installed.length).toBeGreaterThan(20);
  for (const [path, { version }] of installed) {
    const own = read(join(path, 'package.json'));
    expect(own.version, path).toBe(version);
    for (const hook of ['preinstall', 'install', 'postinstall'])
      expect(own.scripts?.[hook], `${path} ${hook}`).toBeUndefined();
    const native = globSync('{binding.gyp,**/*.node}', { cwd: join(top, path) });
    expect(native, path).toEqual([]);
  }
  measured(`${installed.length} packages as locked, 0 install scripts, 0 native modules`);
});
