import { existsSync, globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const top = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(resolve(top, path), 'utf8');
const about = JSON.parse(read('package.json')) as Record<string, unknown> & {
  readonly version: string;
  readonly files: readonly string[];
  readonly bin: Readonly<Record<string, string>>;
  readonly man: readonly string[];
  readonly scripts: Readonly<Record<string, string>>;
};

describe('the package (installed and run by npm run test:pack)', () => {
  it('needs no other package and no install script: the bundle has everything in it', () => {
    for (const field of ['dependencies', 'peerDependencies', 'optionalDependencies'])
      expect(about).not.toHaveProperty(field);
    for (const script of ['preinstall', 'install', 'postinstall', 'prepare'])
      expect(about.scripts).not.toHaveProperty(script);
  });

  it('hands out the programs, the bundle and what tells of it, and nothing else', () => {
    expect(about.files).toEqual(['bin', 'dist', '!dist/executable', 'CHANGELOG.md']);
    const programs = Object.values(about.bin);
    expect(globSync('bin/*', { cwd: top }).sort()).toEqual([...new Set(programs)].sort());
    const made = ['main.js', 'tools.js', 'groundup.1', 'sbom.json', 'LICENSES.txt'];
    for (const file of [...made, 'check.schema.json', 'checks.schema.json'])
      expect(existsSync(resolve(top, 'dist', file)), `dist/${file} (npm run build)`).toBe(true);
    expect(about.man).toEqual(['dist/groundup.1']);
  });

  it('bundles nothing that the bill of materials does not list with hash and licence', () => {
    const { components } = JSON.parse(read('dist/sbom.json')) as {
      components: readonly { name: string; version: string; licenses?: unknown; hashes?: unknown }[];
    };
    const licences = read('dist/LICENSES.txt');
    expect(components.map(one => one.name)).toEqual(
      expect.arrayContaining(['ink', 'react', 'undici', 'yaml']),
    );
    for (const { name, version, licenses, hashes } of components) {
      expect(licences).toContain(`## ${name} ${version} (`);
      expect([name, licenses, hashes]).toEqual([name, expect.any(Array), expect.any(Array)]);
    }
  });

  it('is told of in the list of changes, newest first', () => {
    expect(/^## (\S+) - \d{4}-\d\d-\d\d$/m.exec(read('CHANGELOG.md'))?.[1]).toBe(about.version);
  });
});
