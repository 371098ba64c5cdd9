import { existsSync } from 'node:fs';
import { emptyConfig } from '../config/empty-config.ts';
import type { Config } from '../config/load.ts';
import { locateConfig } from '../config/locate.ts';
import type { ConfigProblem } from '../config/settings.ts';
import { field } from '../text/field.ts';
import { type Safe, say } from '../text/safe.ts';
import { UsageError } from './arguments.ts';

/** The configuration that flags and environment name. Throws UsageError only for a `--config` that is not there. */
export async function readConfiguration(
  { config }: { readonly config?: string },
  env: NodeJS.ProcessEnv,
): Promise<Config> {
  const place = locateConfig(config, env, process.cwd());
  const isThere = existsSync(place.file);
  if (config !== undefined && !isThere) throw new UsageError(`--config: there is no file ${place.file}`);
  if (!isThere && !place.isNamed) return emptyConfig(place.file);
  const [{ loadConfig }, { vocabulary }] = await Promise.all([
    import('../config/load.ts'),
    import('./config-vocabulary.ts'),
  ]);
  return loadConfig(place, vocabulary());
}

/** What is wrong with it, for people who read lines: at most three, and how to see the rest. */
export function complain({ file, problems }: Config): void {
  for (const one of problems.slice(0, 3)) process.stderr.write(`groundup: ${problemLine(file, one)}\n`);
  if (problems.length > 3)
    process.stderr.write(`groundup: ${problems.length - 3} more problems; see: groundup config check\n`);
}

/** The same for one line of the screen; null when nothing is wrong. */
export function complaint({ file, problems: [first, ...others] }: Config): Safe | null {
  if (first === undefined) return null;
  const name = field(file.split('/').at(-1) ?? file);
  const more = others.length === 0 ? say`` : say` (and ${others.length} more: groundup config check)`;
  return say`${name} ${first.text}${more}`;
}

export function problemLine(file: string, { text }: ConfigProblem): Safe {
  return say`${field(file)} ${text}`;
}
