import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openTerminal, type TerminalOptions, type TestTerminal } from '../support/terminal.ts';

/** The built program; GROUNDUP_PROGRAM lets the same suite judge an installed package. */
export const program =
  process.env.GROUNDUP_PROGRAM ?? fileURLToPath(new URL('../../bin/groundup.js', import.meta.url));

/** A home and a temp folder of its own, so that whatever a run leaves behind is seen and is its own. */
export interface Sandbox {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Names of what lies in the temp folder now. */
  readonly left: () => readonly string[];
  /** Command lines of the processes that still run in or for the sandbox. */
  readonly running: () => readonly string[];
  readonly remove: () => void;
}

export function makeSandbox(): Sandbox {
  const folder = mkdtempSync(join(tmpdir(), 'groundup-e2e-'));
  const temp = join(folder, 'tmp');
  const home = join(folder, 'home');
  for (const made of [temp, home]) mkdirSync(made);
  return {
    folder,
    env: { HOME: home, TMPDIR: temp },
    left: () => readdirSync(temp),
    running: () => commandLines().filter(line => line.includes(folder)),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** Of every process that may be looked at; without /proc there are none. */
function commandLines(): readonly string[] {
  if (!existsSync('/proc/self/cmdline')) return [];
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(pid => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return [];
      }
    });
}

export interface Ended {
  /** Null when a signal ended it, the deadline's too. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly ms: number;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly node?: string;
  readonly withinMs?: number;
  /** Closes our end of its stdout at once, as `| head -0` does. */
  readonly stopReading?: boolean;
  /** Sends SIGTERM when stdout matches. */
  readonly stopAt?: RegExp;
}

/** Runs the program to its end, without a terminal and without input. */
export function run(sandbox: Sandbox, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return runCommand(sandbox, options.node ?? process.execPath, [program, ...args], options);
}

export function runCommand(
  sandbox: Sandbox,
  command: string,
  args: readonly string[],
  { env = {}, withinMs = 60_000, stopReading = false, stopAt }: RunOptions = {},
): Promise<Ended> {
  const start = performance.now();
  const child = spawn(command, [...args], {
    cwd: sandbox.folder,
    env: { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', ...sandbox.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: withinMs,
    killSignal: 'SIGKILL',
  });
  const out = collect(child, 'stdout');
  const err = collect(child, 'stderr');
  if (stopReading) child.stdout.destroy();
  let isStopped = false;
  child.stdout.on('data', () => {
    if (isStopped || stopAt?.test(out()) !== true) return;
    isStopped = true;
    child.kill('SIGTERM');
  });
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', code => done({ code, out: out(), err: err(), ms: performance.now() - start }));
  });
}

/** The program in a terminal; the sandbox is its home. */
export function show(sandbox: Sandbox, args: readonly string[], options: TerminalOptions = {}): TestTerminal {
  return openTerminal(process.execPath, [program, ...args], {
    ...options,
    cwd: sandbox.folder,
    env: { ...sandbox.env, ...options.env },
  });
}

export interface Served {
  /** What `demo --serve` exports, for the commands that are to reach it. */
  readonly env: Readonly<Record<string, string>>;
  readonly pid: number;
  /** How long it runs, ms. */
  readonly age: () => number;
  /** Ends it as a shell would; gives its exit code. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

/** Starts `groundup demo --serve` and waits until it has told how to reach it. */
export async function startServe(
  sandbox: Sandbox,
  args: readonly string[] = [],
  executable?: string,
): Promise<Served> {
  const own = executable === undefined ? [program] : [];
  const child = spawn(executable ?? process.execPath, [...own, 'demo', '--serve', ...args], {
    cwd: sandbox.folder,
    env: { PATH: process.env.PATH ?? '', ...sandbox.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out = collect(child, 'stdout');
  const err = collect(child, 'stderr');
  const began = performance.now();
  const ended = new Promise<number | null>(done => child.once('close', done));
  const told = new Promise<void>(done => {
    child.stdout.on('data', () => {
      if (/^export ROOT_DIR=.*\n/m.test(out())) done();
    });
  });
  const isReady = await Promise.race([
    told.then(() => true),
    ended.then(() => false),
    new Promise<boolean>(late => setTimeout(() => late(false), 45_000).unref()),
  ]);
  if (!isReady) {
    child.kill('SIGKILL');
    throw new Error(`demo --serve did not get ready: ${out()}${err()}`);
  }
  const lines = out().matchAll(/^export (\w+)=(.*)$/gm);
  return {
    env: Object.fromEntries([...lines].map(([, name, value]) => [name, value ?? ''])),
    pid: child.pid ?? 0,
    age: () => performance.now() - began,
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
}

function collect(child: ChildProcess, stream: 'stdout' | 'stderr'): () => string {
  let text = '';
  child[stream]?.setEncoding('utf8').on('data', part => {
    text += part;
  });
  return () => text;
}

/** Asks again until it holds; fails with what was seen last. */
export async function eventually<T>(
  what: string,
  ask: () => T | Promise<T>,
  holds: (seen: T) => boolean,
  withinMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const seen = await ask();
    if (holds(seen)) return seen;
    if (performance.now() > deadline)
      throw new Error(`${what}: not within ${withinMs} ms; last: ${JSON.stringify(seen).slice(0, 3_000)}`);
    await new Promise(again => setTimeout(again, 50));
  }
}
