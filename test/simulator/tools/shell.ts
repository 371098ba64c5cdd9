import { spawn } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { type Simulation, startSimulation } from '../../../src/simulator/start-simulation.ts';

const script = new URL('../../../dist/tools.js', import.meta.url).pathname;

/** A simulated cluster whose tools run from source. */
export function simulate(speed = 50): Promise<Simulation> {
  return startSimulation({ speed, toolsEntry: { command: process.execPath, script } });
}

export interface Said {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly ended: Promise<Said>;
  /** Signals the process, or with it all that it started. */
  readonly signal: (name: NodeJS.Signals, whom?: 'process' | 'group') => void;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Starts a tool through the simulation's PATH, as a shell in its repository would. */
export function start({ env }: Simulation, words: readonly string[], more: Env = {}): Running {
  const [tool = '', ...args] = words;
  const file = `${env.PATH.split(':')[0]}/${tool}`;
  const child = spawn(file, args, {
    cwd: env.ROOT_DIR,
    env: { ...env, ...more },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Said>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const pid = child.pid ?? 0;
  return { ended, signal: (name, whom = 'process') => process.kill(whom === 'group' ? -pid : pid, name) };
}

export function run(simulation: Simulation, line: string, more: Env = {}): Promise<Said> {
  return start(simulation, line.split(' '), more).ended;
}

/** Asks until it is so; fails with the words after the deadline. */
export async function until(what: string, isSo: () => boolean, withinMs = 60_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`not so within ${withinMs} ms: ${what}`);
    await setTimeout(20);
  }
}

export function nodesReady({ world }: Simulation): number {
  const ready = (one: { readonly type: string; readonly status: string }): boolean =>
    one.type === 'Ready' && one.status === 'True';
  return world.list('/nodes').filter(node => node.status.conditions.some(ready)).length;
}

/** Revision and state of every stored revision of a release, oldest first: `2 superseded`. */
export function revisionsOf({ world }: Simulation, name: string): readonly string[] {
  return world
    .list('/secrets')
    .filter(secret => secret.metadata.labels?.owner === 'helm' && secret.metadata.labels.name === name)
    .map(secret => `${secret.metadata.labels?.version} ${secret.metadata.labels?.status}`)
    .sort((one, other) => Number.parseInt(one, 10) - Number.parseInt(other, 10));
}

/** From now on every process in pods with this label ends as soon as it starts. */
export function crash({ switches }: Simulation, label: string): void {
  switches.crashing.set(label, { exitCode: 1, reason: 'Error', log: ['it does not want to'] });
  switches.notify();
}
