import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { pause } from './measure.ts';
import { type Served, serveSimulated, told } from './served.ts';
import { judgeSlope, type Reading, slopeOf, type Verdict } from './slope.ts';
import { type LeftBehind, manyActions } from './soak-actions.ts';
import type { Checkpoint } from './soak-work.ts';

/**
 * Compressed long runs: `npm run soak -- --minutes 10`. Each of three phases takes a third of the time: a flood of
 * changes drawn as fast as they come, a week's clock with an API that comes and goes, and a screen that nobody touches.
 * Then `--actions 200` so many actions run one after the other. `--leak heap|files|timers` makes the harness itself leak: then a row must be missed.
 */
const minutes = Number(option('minutes', '6'));
const leak = option('leak', '');
const actions = Number(option('actions', '200'));
const CHECKPOINTS = 24;
/** Growth below this over a whole phase cannot be told from code that is still compiled, in MiB. */
const NOISE = 3;
const top = resolve(import.meta.dirname, '../..');
const stepMs = (minutes * 60_000) / 3 / CHECKPOINTS;
/** Inside of the project, so that what is not bundled is found. */
const folder = mkdtempSync(join(top, 'node_modules/.soak-'));
let isMissed = false;
console.log(`| soak of ${minutes} min | what | measured | bar | verdict |\n|---|---|---|---|---|`);
try {
  const script = await bundled();
  await phase('flood', script, {}, async ({ order }) => {
    await order?.({ kind: 'churn', podsPerSecond: 50, eventsPerSecond: 500, isFlipping: true });
    return pause(stepMs);
  });
  await phase('API comes and goes, clock 1,000x', script, { GROUNDUP_SOAK_CLOCK: 'fast' }, flap);
  await phase('idle', script, {}, () => pause(stepMs));
  judgeActions(await manyActions(actions), actions);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = isMissed ? 1 : 0;

/** Two seconds up, three frozen, and up again for the reading. */
async function flap({ order }: Served): Promise<void> {
  const until = performance.now() + stepMs;
  do {
    await order?.({ kind: 'reach', reach: 'hang' });
    await pause(1_500);
    await order?.({ kind: 'reach', reach: 'normal' });
    await pause(2_500);
  } while (performance.now() < until);
}

async function phase(
  name: string,
  script: string,
  env: Readonly<Record<string, string>>,
  step: (served: Served) => Promise<void>,
): Promise<void> {
  const served = await serveSimulated('S');
  const child = fork(script, {
    env: environment(served, env),
    execArgv: ['--expose-gc'],
    // What the screen says to a terminal when it ends is not for this table.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const readings: Checkpoint[] = [];
  try {
    await pause(2_000);
    for (let i = 0; i < CHECKPOINTS; i++) {
      await step(served);
      readings.push(await ask(child));
    }
  } finally {
    child.disconnect();
    await served.close();
  }
  judge(name, readings);
}

function environment(served: Served, env: Readonly<Record<string, string>>) {
  return { ...process.env, ...served.env, ...env, NODE_ENV: 'production', GROUNDUP_SOAK_LEAK: leak };
}

function judge(name: string, readings: readonly Checkpoint[]): void {
  const first = readings[Math.floor(readings.length / 4)];
  const last = readings.at(-1);
  if (first === undefined || last === undefined) return;
  const isDrawn = last.frames > 500;
  const heap = readings.map(
    (one, i): Reading => ({ at: isDrawn ? one.frames / 10_000 : i, value: one.heapMiB }),
  );
  const unit = isDrawn ? '10,000 frames' : 'reading';
  const growth = slopeOf(heap);
  const bar = isDrawn ? Math.max(0.1, noise(readings)) : NOISE / readings.length;
  row(name, `heap, MiB per ${unit} (${last.frames} frames)`, growth?.perUnit, bar, judgeSlope(heap, bar));
  const files = middle(readings, one => one.files);
  row(name, 'open files, more than in the middle', files, 2, files <= 2 ? 'holds' : 'MISSED');
  const timers = middle(readings, one => one.timers);
  row(name, 'timers, more than in the middle', timers, 2, timers <= 2 ? 'holds' : 'MISSED');
  row(name, 'warnings of Node', last.warnings, 0, last.warnings === 0 ? 'holds' : 'MISSED');
  const ratio = last.rssMiB / first.rssMiB;
  row(name, 'RSS, last to first after the warm-up', ratio, 1.15, ratio <= 1.15 ? 'holds' : 'MISSED');
}

/** L4: what is kept of actions is bounded, and nobody is left waiting to be buried. */
function judgeActions({ succeeded, diskMiB, runs, zombies, openFiles }: LeftBehind, count: number): void {
  const name = `${count} actions`;
  row(name, 'that succeeded', succeeded, count, succeeded === count ? 'holds' : 'MISSED');
  row(name, 'runs kept', runs, 101, runs <= 101 ? 'holds' : 'MISSED');
  row(name, 'disk, MiB', diskMiB, 200, diskMiB <= 200 ? 'holds' : 'MISSED');
  row(name, 'zombies', zombies, 0, zombies === 0 ? 'holds' : 'MISSED');
  row(name, 'open files, more than after the first', openFiles, 2, openFiles <= 2 ? 'holds' : 'MISSED');
}

/** The noise of a whole phase, for each 10,000 frames of it. */
function noise(readings: readonly Checkpoint[]): number {
  return NOISE / Math.max(0.01, (readings.at(-1)?.frames ?? 0) / 10_000);
}

/** How much the last readings are above those of the middle, in the least of three, because some come and go. */
function middle(readings: readonly Checkpoint[], pick: (one: Checkpoint) => number): number {
  const least = (from: number): number => Math.min(...readings.slice(from, from + 3).map(pick));
  return least(readings.length - 3) - least(Math.floor(readings.length / 2));
}

function row(name: string, what: string, figure: number | undefined, bar: number, verdict: Verdict): void {
  isMissed ||= verdict === 'MISSED';
  console.log(`| ${name} | ${what} | ${figure?.toFixed(2) ?? ''} | ${bar.toFixed(2)} | ${verdict} |`);
}

async function ask(child: ChildProcess): Promise<Checkpoint> {
  child.send('checkpoint');
  return (await told(child)) as Checkpoint;
}

/** The screen is written in TSX, which Node does not read by itself. */
async function bundled(): Promise<string> {
  const outfile = join(folder, 'soak-work.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'soak-work.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    define: { 'process.env.NODE_ENV': '"production"', GROUNDUP_VERSION: '"soak"' },
    logLevel: 'warning',
  });
  return outfile;
}

function option(name: string, fallback: string): string {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : (process.argv[at + 1] ?? fallback);
}
