import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Caller } from '../../src/simulator/api/access.ts';
import { kubeconfigText } from '../../src/simulator/api/kubeconfig.ts';
import {
  type SimulatedFault,
  type Simulation,
  startSimulation,
} from '../../src/simulator/start-simulation.ts';

const file = (path: string): string => new URL(path, import.meta.url).pathname;
export const program = file('../../bin/groundup.js');

/** Words are arguments; an object adds to the environment. */
export type Words = readonly (string | Readonly<Record<string, string>>)[];

export interface Started {
  readonly pid: number;
  readonly out: () => string;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** The exit code; null after a signal. */
  readonly ended: Promise<number | null>;
}

/** A simulated cluster, and the program run on it without a terminal. */
export interface Ops {
  readonly simulation: Simulation;
  readonly environment: () => Record<string, string>;
  readonly start: (...words: Words) => Started;
  readonly run: (...words: Words) => Promise<{ readonly code: number | null; readonly out: string }>;
  readonly fault: (name: string) => SimulatedFault;
  /** The path of a kubeconfig: of the simulated cluster for somebody, or of a server that is not there. */
  readonly kubeconfig: (token: string, context: string) => string;
  readonly nowhere: () => string;
  readonly close: () => Promise<void>;
}

export async function openOps(
  options: { readonly speed?: number; readonly tokens?: ReadonlyMap<string, Caller> } = {},
): Promise<Ops> {
  const simulation = await startSimulation({
    speed: options.speed ?? 40,
    toolsEntry: { command: process.execPath, script: file('../../dist/tools.js') },
    ...(options.tokens === undefined ? {} : { tokens: options.tokens }),
  });
  const environment = (): Record<string, string> => ({ HOME: simulation.folder, ...simulation.env });
  const written = (name: string, text: string): string => {
    const path = join(simulation.folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const start = (...words: Words): Started => {
    const args = words.filter(word => typeof word === 'string');
    const env = Object.assign(environment(), ...words.filter(word => typeof word !== 'string'));
    const child = spawn(process.execPath, [program, ...args], {
      env,
      cwd: simulation.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 170_000,
    });
    let out = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        out += text;
      });
    return {
      pid: child.pid ?? 0,
      out: () => out,
      kill: signal => void child.kill(signal),
      ended: once(child, 'close').then(([code]) => code as number | null),
    };
  };
  const { url, clock } = simulation;
  return {
    simulation,
    environment,
    start,
    run: async (...words) => {
      const child = start(...words);
      return { code: await child.ended, out: child.out() };
    },
    fault: name => {
      const found = simulation.faults.find(one => one.name === name);
      if (found === undefined) throw new Error(`no fault ${name}`);
      return found;
    },
    kubeconfig: (token, context) =>
      written(`${context}-${token}`, kubeconfigText({ url, token, context, clock })),
    nowhere: () =>
      written(
        'nowhere',
        kubeconfigText({ url: 'http://127.0.0.1:9', token: 'x', context: 'nowhere', clock }),
      ),
    close: simulation.close,
  };
}
