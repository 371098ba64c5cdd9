import { execFileSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions, top, version } from './bundle-options.ts';
import { bundledPackages } from './bundled-packages.ts';
import { licences } from './licences.ts';
import { sbom } from './sbom.ts';

/**
 * Bundles `src/cli/main.ts` into `dist/`. Commands are loaded on demand (code splitting), so `--help` and the first frame
 * pay for nothing else.
 */
const dist = join(top, 'dist');

rmSync(dist, { recursive: true, force: true });
const result = await build({
  ...bundleOptions,
  entryPoints: { main: 'src/cli/main.ts', tools: 'src/simulator/tools/main.ts' },
  outdir: 'dist',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
});
const packages = bundledPackages(result.metafile, top);
writeFileSync(join(dist, 'LICENSES.txt'), licences(packages, top));
writeFileSync(join(dist, 'sbom.json'), sbom(packages, { top, version }));
for (const schema of ['check.schema.json', 'checks.schema.json', 'report.schema.json'])
  cpSync(join(top, 'src/report', schema), join(dist, schema));
cpSync(join(top, 'src/config/config.schema.json'), join(dist, 'config.schema.json'));
// The page is made by the program itself, of the table that its --help reads.
writeFileSync(join(dist, 'groundup.1'), execFileSync(process.execPath, [join(dist, 'main.js'), 'man']));
