import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { quickInk } from './quick-ink.ts';

/** The repository's top folder. */
export const top = new URL('../..', import.meta.url).pathname;

export const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as {
  version: string;
};

/** The day of this version, as the list of changes has it; '' while it is not released. */
const released =
  new RegExp(`^## ${version.replaceAll('.', '\\.')} - (\\S+)$`, 'm').exec(
    readFileSync(join(top, 'CHANGELOG.md'), 'utf8'),
  )?.[1] ?? '';

/** What the package and the single executable have in common. React must be its production build: the development one keeps timing entries for ever. */
export const bundleOptions = {
  absWorkingDir: top,
  bundle: true,
  minify: true,
  metafile: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  define: {
    'process.env.NODE_ENV': '"production"',
    'process.env.DEV': '"false"',
    GROUNDUP_VERSION: JSON.stringify(version),
    GROUNDUP_RELEASED: JSON.stringify(released),
  },
  // Ink asks for its inspector only in development; the bundle must not look for it at run time.
  alias: { 'react-devtools-core': './src/build/no-devtools.ts' },
  plugins: [quickInk],
  // CommonJS parts of the bundle call require() for Node's own modules.
  banner: {
    js: "import {createRequire as __createRequire} from 'node:module';const require=__createRequire(import.meta.url);",
  },
  logLevel: 'warning',
} as const satisfies BuildOptions;
