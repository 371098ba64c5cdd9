import type { TestTerminal } from '../support/terminal.ts';
import type { SizeName } from './large-world.ts';
import { costOf } from './process-cost.ts';
import type { Program } from './program.ts';
import type { Served } from './served.ts';

export type Figures = Readonly<Record<string, number>>;

const SETTLE_MS = 5_000;
const PATIENCE_MS = 120_000;

/** One start in a fresh process: seconds of the wall, seconds of CPU until five seconds later, MiB from the API. */
export async function start(program: Program, served: Served, size: SizeName): Promise<Figures> {
  const before = served.received();
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  const terminal = program.open(served);
  await terminal.until(program.first, PATIENCE_MS);
  const firstFrame = seconds();
  await terminal.until(program.ready(size), PATIENCE_MS);
  const judged = seconds();
  await pause(SETTLE_MS);
  const figures = {
    firstFrame,
    judged,
    startCpu: costOf(terminal.pid).cpuSeconds,
    apiMiB: (served.received() - before) / 2 ** 20,
  };
  await end(terminal);
  return figures;
}

/** After the useful screen the workstation's tools are asked for their versions, once: part of a start, and of nothing after it. */
export const STARTED_MS = 15_000;

/** A screen that nobody touches. */
export async function idle(
  program: Program,
  served: Served,
  size: SizeName,
  forSeconds: number,
  flags: readonly string[],
): Promise<Figures> {
  const terminal = program.open(served, flags);
  await terminal.until(program.ready(size), PATIENCE_MS);
  await pause(STARTED_MS);
  const figures = await over(terminal, served, forSeconds);
  await end(terminal);
  return figures;
}

/** What the next seconds cost. */
export async function over(terminal: TestTerminal, served: Served, forSeconds: number): Promise<Figures> {
  const before = { ...costOf(terminal.pid), bytes: terminal.bytes(), requests: served.requests?.() ?? 0 };
  await pause(forSeconds * 1000);
  const after = costOf(terminal.pid);
  return {
    cpuPercent: ((after.cpuSeconds - before.cpuSeconds) / forSeconds) * 100,
    rssMiB: after.rssMiB,
    bytesPerSecond: (terminal.bytes() - before.bytes) / forSeconds,
    ...(served.requests === null
      ? {}
      : { requestsPerMinute: ((served.requests() - before.requests) / forSeconds) * 60 }),
  };
}

/** Milliseconds from a key to the screen that answers it: the digits select layers. */
export async function keys(terminal: TestTerminal, presses: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let i = 0; i < presses; i++) {
    const digit = String(1 + (i % 6));
    await pause(150);
    const began = performance.now();
    terminal.send(digit);
    while (!terminal.screen().some(line => line.includes(`▸${digit} `))) {
      if (performance.now() - began > 10_000) throw new Error(`no answer to the key ${digit}`);
      await pause(1);
    }
    times.push(performance.now() - began);
  }
  return times;
}

/** Seconds until the screen matches. */
export async function secondsUntil(terminal: TestTerminal, what: RegExp, atMost: number): Promise<number> {
  const began = performance.now();
  await terminal.until(what, atMost * 1000);
  return (performance.now() - began) / 1000;
}

export async function end(terminal: TestTerminal): Promise<void> {
  terminal.kill('SIGTERM');
  await terminal.ended;
}

export function pause(ms: number): Promise<void> {
  return new Promise(done => setTimeout(done, ms));
}

export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
