import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { parse } from 'yaml';
import { UsageError } from './arguments.ts';

/** The part of the configuration that decides about drills, and whom to tell. */
export interface PreventionSettings {
  readonly drill: boolean;
  readonly notify: {
    readonly webhook: string | null;
    readonly command: readonly string[] | null;
    readonly heartbeat: string | null;
    readonly debounceMs: number;
  };
}

const WRITABLE_BY_OTHERS = 0o002;

/** Reads it for one context, which must be named literally. Throws UsageError for what could send knowledge astray. */
export function preventionSettings(context: string, env: NodeJS.ProcessEnv): PreventionSettings {
  const base = env.XDG_CONFIG_HOME;
  const folder = base !== undefined && isAbsolute(base) ? base : join(env.HOME ?? homedir(), '.config');
  const file = join(folder, 'groundup/config.yaml');
  const { contexts, notify } = read(file);
  const { webhook, command, heartbeat, debounce } = record(notify);
  return {
    drill: record(record(contexts)[context]).drill === true,
    notify: {
      webhook: secure('webhook', webhook, file),
      heartbeat: secure('heartbeat', heartbeat, file),
      command: Array.isArray(command) && command.length > 0 ? command.map(String) : null,
      debounceMs: spanOf(debounce) ?? 120_000,
    },
  };
}

function read(file: string): Record<string, unknown> {
  try {
    const { mode, uid } = statSync(file);
    const isOurs = process.getuid === undefined || uid === process.getuid() || uid === 0;
    if ((mode & WRITABLE_BY_OTHERS) !== 0 || !isOurs) return {};
    return record(parse(readFileSync(file, 'utf8'), { maxAliasCount: 100 }));
  } catch {
    return {};
  }
}

function record(raw: unknown): Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? { ...raw } : {};
}

function secure(name: string, raw: unknown, file: string): string | null {
  if (raw === undefined || raw === null) return null;
  if (typeof raw === 'string' && raw.startsWith('https://') && URL.canParse(raw)) return raw;
  throw new UsageError(`${file}: notify.${name} must be an https:// address`);
}

function spanOf(raw: unknown): number | null {
  const match = /^(\d+)(s|m|h)$/.exec(String(raw));
  if (match === null) return null;
  return Number(match[1]) * { s: 1_000, m: 60_000, h: 3_600_000 }[match[2] as 's' | 'm' | 'h'];
}
