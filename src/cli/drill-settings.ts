import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { parse } from 'yaml';

/** Whether the configuration names this context, literally, as one to practise on. */
export function readDrillAllowed(context: string, env: NodeJS.ProcessEnv): boolean {
  const base = env.XDG_CONFIG_HOME;
  const folder = base !== undefined && isAbsolute(base) ? base : join(env.HOME ?? homedir(), '.config');
  try {
    const raw = parse(readFileSync(join(folder, 'groundup/config.yaml'), 'utf8'), { maxAliasCount: 100 });
    return (raw as { contexts?: Record<string, { drill?: unknown }> }).contexts?.[context]?.drill === true;
  } catch {
    return false;
  }
}
