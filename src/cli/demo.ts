import { basename } from 'node:path';
import { isSea } from 'node:sea';
import { defaultLimits, type Limits } from '../kube/limits.ts';
import { FAULTS } from '../simulator/faults/index.ts';
import type { Simulation } from '../simulator/start-simulation.ts';
import { TOOL_WORD } from '../simulator/tools/own-command.ts';
import { nearest, readArguments, UsageError, type Values } from './arguments.ts';
import { demoFlags } from './commands.ts';
import { exitCodes } from './exit-codes.ts';

/** How many times faster than real the demo runs: an incident fits into a minute, and its ages can still be read. */
const watchedSpeed = 10;
/** Played as text nobody has to follow it. */
const playedSpeed = 30;

type DemoValues = Values<typeof demoFlags>;

/** The monitor on the built-in simulated cluster; the list of faults; the bare cluster; or, without a terminal, one incident as text. */
export async function demo(argv: readonly string[]): Promise<number> {
  const { values } = readArguments(argv, demoFlags);
  if (values.list === true) return list();
  const scenario = values.scenario === undefined ? undefined : known(values.scenario);
  const isWatched = process.stdout.isTTY && process.stdin.isTTY && values.serve !== true;
  const speed = readSpeed(values, isWatched || values.serve === true ? watchedSpeed : playedSpeed);
  const starting = startDemo(speed);
  // Also a demo that is interrupted while it starts leaves nothing behind.
  const undo = closeOnSignal(starting);
  const simulation = await starting;
  const isPlayed = values.serve !== true && !isWatched;
  if (!isPlayed) undo();
  try {
    if (values.serve === true) return await (await import('./demo-serve.ts')).serve(simulation, scenario);
    if (isWatched) return await (await import('./demo-monitor.ts')).demoMonitor(simulation, scenario, values);
    return await (await import('./demo-play.ts')).play(simulation, scenario ?? 'cni-gone');
  } finally {
    await simulation.close();
  }
}

/** The simulated cluster with its tools, which are reached as real ones are. */
export async function startDemo(speed: number): Promise<Simulation> {
  const { startSimulation } = await import('../simulator/start-simulation.ts');
  return startSimulation({ speed, toolsEntry: { command: process.execPath, script: toolsScript() } });
}

function list(): number {
  const width = Math.max(...FAULTS.map(fault => fault.name.length));
  for (const fault of FAULTS) process.stdout.write(`${fault.name.padEnd(width)}  ${fault.title}\n`);
  return exitCodes.healthy;
}

function known(name: string): string {
  const names = FAULTS.map(fault => fault.name);
  if (names.includes(name)) return name;
  const near = nearest(name, names);
  throw new UsageError(
    `there is no scenario '${name}'${near === undefined ? '' : ` (did you mean ${near}?)`}; groundup demo --list names them`,
  );
}

function readSpeed({ speed }: DemoValues, byDefault: number): number {
  if (speed === undefined) return byDefault;
  const times = Number(speed);
  if (Number.isFinite(times) && times >= 1 && times <= 200) return times;
  throw new UsageError(`--speed cannot be '${speed}'; it is a number from 1 to 200`);
}

export function closeOnSignal(starting: Promise<Simulation>): () => void {
  const ends = (
    [
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const
  ).map(([signal, code]) => {
    const end = (): void => void starting.then(one => one.close()).finally(() => process.exit(code));
    process.once(signal, end);
    return () => process.off(signal, end);
  });
  return () => {
    for (const undo of ends) undo();
  };
}

/** The simulated tools are a program of their own beside this one; a single executable is both. */
function toolsScript(): string {
  if (isSea()) return TOOL_WORD;
  const own = new URL(import.meta.url);
  const file = basename(own.pathname).endsWith('.ts') ? '../simulator/tools/main.ts' : '../tools.js';
  return new URL(file, own).pathname;
}

/** The rhythm of watching, in the simulated cluster's faster time: a heartbeat of six of its seconds. */
export function limitsAt(speed: number): Partial<Limits> {
  const { heartbeat, retryUnreached, answersFor, tableEvery, tableAtMost, quietNews } = defaultLimits;
  return {
    heartbeat: Math.max(500, heartbeat / speed),
    retryUnreached: Math.max(300, retryUnreached / speed),
    answersFor: answersFor / speed,
    quietNews: quietNews / speed,
    tableEvery: tableEvery / speed,
    tableAtMost: Math.max(1_000, tableAtMost / speed),
  };
}

/** The fault of that name; `known` made sure that there is one. */
export function faultOf(simulation: Simulation, name: string): Simulation['faults'][number] {
  const fault = simulation.faults.find(one => one.name === name);
  if (fault === undefined) throw new UsageError(`there is no scenario '${name}'`);
  return fault;
}
