import { closeSync, constants, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { field } from '../text/field.ts';
import { homePath } from '../text/home-path.ts';
import { lineRedactor } from '../text/redact.ts';
import type { Safe } from '../text/safe.ts';
import { stateFolder } from './state-folder.ts';
import { version } from './version.ts';

/** Reports that are kept; the oldest are forgotten. */
const KEPT = 5;
const MOST_LINES = 200;

export interface CrashFacts {
  readonly error: unknown;
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Values that must not be in it whatever they look like, such as the token in use. */
  readonly secrets?: readonly string[];
  /** What was going on: one fact a line. */
  readonly notes?: readonly string[];
}

/**
 * Writes what is known of an error of ours to a file of the state folder (mode 0600, without secrets), and returns where it is
 * as people write paths. Synchronous, because the process is about to end; null when it cannot be written, which is no second error.
 */
export function writeCrashReport(facts: CrashFacts, now: Date = new Date()): Safe | null {
  const folder = join(stateFolder(facts.env), 'crashes');
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  const name = `${now.toISOString().replace(/[:.]/g, '-')}-${process.pid}.txt`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = openSync(join(folder, name), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    writeSync(file, reportText(facts, now));
    closeSync(file);
    forgetOld(folder);
    return homePath(join(folder, name), facts.env.HOME);
  } catch {
    return null;
  }
}

/** The report as text: every line redacted, sanitised, and without the name of the home folder. */
export function reportText({ error, argv, env, secrets = [], notes = [] }: CrashFacts, now: Date): string {
  const clean = lineRedactor(secrets);
  const home = env.HOME ?? '';
  const lines = [
    `groundup ${version} stopped because of an error in itself`,
    `at       ${now.toISOString()}`,
    `node     ${process.versions.node} on ${process.platform} ${process.arch}, terminal ${env.TERM ?? 'none'}`,
    `command  groundup ${argv.join(' ')}`,
    `ran for  ${Math.round(process.uptime())} s`,
    ...notes,
    '',
    ...trace(error),
  ];
  const shown = lines
    .flatMap(line => line.split('\n'))
    .slice(0, MOST_LINES)
    .map(line => field(clean(home.length > 1 ? line.replaceAll(home, '~') : line)));
  return `${shown.join('\n')}\n`;
}

function trace(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  const cause = error.cause === undefined ? [] : ['caused by', ...trace(error.cause).slice(0, 40)];
  return [`${error.name}: ${error.message}`, ...(error.stack ?? '').split('\n').filter(isPlace), ...cause];
}

function isPlace(line: string): boolean {
  return /^\s+at /.test(line);
}

function forgetOld(folder: string): void {
  const reports = readdirSync(folder).filter(name => name.endsWith('.txt'));
  for (const old of reports.sort().slice(0, -KEPT)) rmSync(join(folder, old), { force: true });
}
