import { openSync, readdirSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { assessor, emptyWorkshop } from '../../src/cli/assess.ts';
import { loadKubeconfig } from '../../src/kube/kubeconfig.ts';
import type { Limits } from '../../src/kube/limits.ts';
import { type Cluster, openCluster } from '../../src/kube/open-cluster.ts';
import { initialState, type Mode } from '../../src/store/app-state.ts';
import { feed, realTimers } from '../../src/store/feed.ts';
import { createAppStore } from '../../src/store/store.ts';
import { field } from '../../src/text/field.ts';
import { renderApp } from '../../src/ui/render-app.tsx';

/** What the process under soak tells when it is asked. Memory in MiB, after a collection. */
export interface Checkpoint {
  readonly frames: number;
  readonly heapMiB: number;
  readonly rssMiB: number;
  readonly files: number;
  readonly timers: number;
  readonly warnings: number;
  readonly cpuSeconds: number;
}

/** A clock 1,000 times as fast, and waits that fit to it. */
const FAST = 1_000;
const quick: Partial<Limits> = {
  silence: 2_000,
  shortWatch: 20,
  backoffBase: 20,
  backoffCap: 200,
  steady: 500,
  connect: 1_000,
  heartbeat: 100,
  heartbeatDeadline: 300,
  retryUnreached: 50,
  answersFor: 100,
  tableEvery: 500,
  tableAtMost: 200,
  jitter: 10,
  quietNews: 50,
  watchSeconds: [1, 2],
};

/** Everything from the API to the terminal in one process, the frames not slowed down for anybody's eyes. */
const isFast = process.env.GROUNDUP_SOAK_CLOCK === 'fast';
const leak = process.env.GROUNDUP_SOAK_LEAK;
const leaked: unknown[] = [];
let frames = 0;
let warnings = 0;
process.on('warning', () => {
  warnings++;
});
const resolved = loadKubeconfig({ env: process.env });
if (!resolved.ok) throw new Error(resolved.error.message);
const began = Date.now();
const wall = isFast ? () => began + performance.now() * FAST : Date.now;
const cluster = openCluster({ resolved: resolved.value, wall, ...(isFast ? { limits: quick } : {}) });
show(cluster);
process.on('message', () => void settled().then(() => process.send?.(checkpoint())));
process.on('disconnect', () => process.exit());

function show(from: Cluster): void {
  const mode: Mode = {
    badge: null,
    readOnly: false,
    context: field('soak'),
    server: field('soak'),
    contexts: [],
    faults: [],
    version: field('0'),
    clock: true,
  };
  const store = createAppStore(initialState(mode, { protectedContext: false, armedUntil: null }));
  const assess = assessor(() => emptyWorkshop, wall);
  feed(store, from, () => ({ model: assess(from.snapshot()), run: null, pastRuns: [] }), realTimers, 5);
  const stdout = Object.assign(new PassThrough(), { columns: 120, rows: 40, isTTY: true });
  stdout.on('data', (chunk: Buffer) => {
    frames++;
    if (leak === 'heap') leaked.push(chunk.toString('latin1').split(''));
  });
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => {},
    ref: () => {},
    unref: () => {},
  });
  renderApp(store, {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: stdin as unknown as NodeJS.ReadStream,
    capabilities: { colour: true, unicode: true },
    perform: () => {},
    now: Date.now,
    maxFps: 200,
  });
}

const SETTLE_MS = 10_000;
let most = 0;

/** Readings compare only in the same state: with every watch open again that was open before. */
async function settled(): Promise<void> {
  const until = performance.now() + SETTLE_MS;
  do {
    await new Promise(done => setTimeout(done, 200));
    most = Math.max(most, cluster.stats().openWatches);
  } while (cluster.stats().openWatches < most && performance.now() < until);
}

function checkpoint(): Checkpoint {
  if (leak === 'files') leaked.push(openSync('/dev/null', 'r'), openSync('/dev/null', 'r'));
  if (leak === 'timers')
    leaked.push(
      setInterval(() => {}, 1e9),
      setInterval(() => {}, 1e9),
    );
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return {
    frames,
    heapMiB: heapUsed / 2 ** 20,
    rssMiB: rss / 2 ** 20,
    files: readdirSync('/proc/self/fd').length,
    timers: process.getActiveResourcesInfo().filter(name => name === 'Timeout').length,
    warnings,
    cpuSeconds: (user + system) / 1e6,
  };
}
