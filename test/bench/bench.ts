import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startSimulation } from '../../src/simulator/start-simulation.ts';
import { openTerminal } from '../support/terminal.ts';
import { countingProxy } from './counting-proxy.ts';
import { costOf } from './process-cost.ts';

/**
 * Measures the monitor on the simulated cluster at real speed, each start in a fresh process in a terminal of 120x40.
 * `npm run bench -- --runs 5 --idle 60`: starts, and seconds of a quiet screen.
 */
const top = resolve(import.meta.dirname, '../..');
/** As the first line of bin/groundup.js starts it. */
const flags = ['--max-semi-space-size=1', '--v8-pool-size=1'];
const runs = option('runs', 5);
const idleSeconds = option('idle', 60);
const simulation = await startSimulation({
  speed: 1,
  toolsEntry: { command: process.execPath, script: join(top, 'dist/tools.js') },
});
const kubeconfig = readFileSync(simulation.env.KUBECONFIG ?? '', 'utf8');
const port = Number(/127\.0\.0\.1:(\d+)/.exec(kubeconfig)?.[1]);
const proxy = await countingProxy(port);
writeFileSync(
  simulation.env.KUBECONFIG ?? '',
  kubeconfig.replace(`127.0.0.1:${port}`, `127.0.0.1:${proxy.port}`),
);

const starts = [];
for (let i = 0; i <= runs; i++) {
  const figures = await start();
  if (i > 0) starts.push(figures);
}
const quiet = await idle(['--no-clock']);
const ticking = await idle([]);
await proxy.close();
await simulation.close();

const rows: readonly (readonly [string, string, string, boolean])[] = [
  row('first frame, s', median(starts.map(s => s.firstFrame)), 0.35, 2),
  row('all layers judged, s', median(starts.map(s => s.judged)), 0.6, 2),
  row('CPU seconds for start + 5 s', median(starts.map(s => s.cpu)), 0.6, 2),
  row('API MiB at start', median(starts.map(s => s.mib)), 0.2, 2),
  row('idle CPU, % of a core', ticking.cpuPercent, 0.5, 2),
  row('idle RSS, MiB', ticking.rssMiB, 115, 0),
  row('terminal bytes/s, idle', ticking.bytesPerSecond, 4, 1),
  row('terminal bytes/s, idle, clock off', quiet.bytesPerSecond, 0, 1),
  row('requests/min, idle', ticking.requestsPerMinute, 12, 1),
];
console.log(
  `| what (3 nodes, simulated; ${runs} starts, ${idleSeconds} s idle) | measured | bar | |\n|---|---|---|---|`,
);
for (const [what, measured, bar, holds] of rows)
  console.log(`| ${what} | ${measured} | ${bar} | ${holds ? 'holds' : 'MISSED'} |`);

function open(given: readonly string[]) {
  return openTerminal(process.execPath, [...flags, join(top, 'bin/groundup.js'), ...given], {
    env: simulation.env,
    cwd: simulation.folder,
  });
}

async function start() {
  const before = proxy.received();
  const began = performance.now();
  const terminal = open([]);
  await terminal.until(/groundup/);
  const firstFrame = (performance.now() - began) / 1000;
  await terminal.until(/all eight layers healthy/);
  const judged = (performance.now() - began) / 1000;
  const mib = (proxy.received() - before) / 1024 / 1024;
  await pause(5_000);
  const { cpuSeconds: cpu } = costOf(terminal.pid);
  terminal.kill('SIGTERM');
  await terminal.ended;
  return { firstFrame, judged, cpu, mib };
}

async function idle(given: readonly string[]) {
  const terminal = open(given);
  await terminal.until(/all eight layers healthy/);
  await pause(10_000);
  const before = { ...costOf(terminal.pid), bytes: terminal.bytes(), requests: proxy.requests() };
  await pause(idleSeconds * 1000);
  const after = costOf(terminal.pid);
  const figures = {
    cpuPercent: ((after.cpuSeconds - before.cpuSeconds) / idleSeconds) * 100,
    rssMiB: after.rssMiB,
    bytesPerSecond: (terminal.bytes() - before.bytes) / idleSeconds,
    requestsPerMinute: ((proxy.requests() - before.requests) / idleSeconds) * 60,
  };
  terminal.kill('SIGTERM');
  await terminal.ended;
  return figures;
}

function row(
  what: string,
  figure: number,
  bar: number,
  digits: number,
): readonly [string, string, string, boolean] {
  return [what, figure.toFixed(digits), String(bar), Number(figure.toFixed(digits)) <= bar];
}

function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function option(name: string, fallback: number): number {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
}

function pause(ms: number): Promise<void> {
  return new Promise(done => setTimeout(done, ms));
}
