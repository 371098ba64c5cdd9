import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { licences } from './licences.ts';

/**
 * Bundles `src/cli/main.ts` into `dist/`. Commands are loaded on demand (code splitting), so `--help` and the first frame
 * pay for nothing else. React must be its production build: the development one keeps timing entries for ever.
 */
const top = new URL('../..', import.meta.url).pathname;
const dist = join(top, 'dist');
const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as { version: string };

rmSync(dist, { recursive: true, force: true });
const result = await build({
  absWorkingDir: top,
  entryPoints: { main: 'src/cli/main.ts', tools: 'src/simulator/tools/main.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  minify: true,
  metafile: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  chunkNames: 'chunks/[name]-[hash]',
  define: {
    'process.env.NODE_ENV': '"production"',
    'process.env.DEV': '"false"',
    GROUNDUP_VERSION: JSON.stringify(version),
  },
  // Ink asks for its inspector only in development; the bundle must not look for it at run time.
  alias: { 'react-devtools-core': './src/build/no-devtools.ts' },
  // CommonJS parts of the bundle call require() for Node's own modules.
  banner: {
    js: "import {createRequire as __createRequire} from 'node:module';const require=__createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
writeFileSync(join(dist, 'LICENSES.txt'), licences(Object.keys(result.metafile.inputs), top));
cpSync(join(top, 'src/report/check.schema.json'), join(dist, 'check.schema.json'));
cpSync(join(top, 'src/config/config.schema.json'), join(dist, 'config.schema.json'));
