import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** Where the configuration is, and whether somebody named that file: then it must be there. */
export interface Place {
  readonly file: string;
  readonly isNamed: boolean;
}

/** `--config`, else `GROUNDUP_CONFIG`, else `$XDG_CONFIG_HOME/groundup/config.yaml` (`~/.config`). */
export function locateConfig(given: string | undefined, env: NodeJS.ProcessEnv, cwd: string): Place {
  const named = given ?? (env.GROUNDUP_CONFIG === '' ? undefined : env.GROUNDUP_CONFIG);
  if (named !== undefined) return { file: resolve(cwd, named), isNamed: true };
  const base = env.XDG_CONFIG_HOME;
  const folder = base !== undefined && isAbsolute(base) ? base : join(env.HOME ?? homedir(), '.config');
  return { file: join(folder, 'groundup', 'config.yaml'), isNamed: false };
}
