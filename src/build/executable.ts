import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions, top, version } from './bundle-options.ts';
import { bundledPackages } from './bundled-packages.ts';
import { fetchNode } from './fetch-node.ts';
import { licences } from './licences.ts';
import { sbom } from './sbom.ts';

/**
 * Makes `dist/executable/groundup`: the bundle inside a Node, one file that needs nothing beside it (Linux x64). The Node
 * is one of its own version, because only newer ones take modules and build such a file by themselves.
 */
const nodeVersion = '26.10.0';
const folder = join(top, 'dist/executable');
const work = join(folder, 'work');
const name = 'groundup';

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.error('npm run executable makes a file for Linux x64, on Linux x64 only.');
  process.exit(64);
}
rmSync(folder, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
const fetched = fetchNode(nodeVersion);
const node = stripped(fetched);
const result = await build({
  ...bundleOptions,
  target: 'node26',
  entryPoints: { [name]: 'src/cli/main.ts' },
  outdir: work,
  outExtension: { '.js': '.mjs' },
});
writeFileSync(
  join(work, 'sea.json'),
  JSON.stringify({
    main: join(work, `${name}.mjs`),
    mainFormat: 'module',
    executable: node,
    output: join(folder, name),
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
    // As in bin/groundup.js; words meant for Node must not reach it past our own command line.
    execArgv: ['--max-semi-space-size=2', '--v8-pool-size=1', '--no-parallel-scavenge'],
    execArgvExtension: 'none',
  }),
);
execFileSync(node, ['--build-sea', join(work, 'sea.json')], { stdio: ['ignore', 'ignore', 'inherit'] });
const packages = bundledPackages(result.metafile, top);
const ofNode = readFileSync(join(dirname(fetched), '../LICENSE'), 'utf8');
writeFileSync(
  join(folder, 'LICENSES.txt'),
  `${licences(packages, top)}\n\n## Node.js ${nodeVersion}\n\n${ofNode}`,
);
const platform = { type: 'platform', name: 'node', version: nodeVersion, license: 'MIT' } as const;
writeFileSync(join(folder, 'sbom.json'), sbom(packages, { top, version, platform }));
rmSync(work, { recursive: true });
process.stdout.write(`${join('dist/executable', name)}\n`);

/** Symbols are a fifth of the size. Afterwards it would break the file, so it comes first; without `strip` the file is larger. */
function stripped(node: string): string {
  const copy = join(work, 'node');
  copyFileSync(node, copy);
  spawnSync('strip', [copy], { stdio: 'ignore' });
  return copy;
}
