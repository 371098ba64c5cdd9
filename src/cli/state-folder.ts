import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where runs are written down: `$XDG_STATE_HOME/groundup`, by default `~/.local/state/groundup`. */
export function stateFolder(env: NodeJS.ProcessEnv): string {
  const base = env.XDG_STATE_HOME;
  return join(
    base?.startsWith('/') === true ? base : join(env.HOME ?? homedir(), '.local/state'),
    'groundup',
  );
}
