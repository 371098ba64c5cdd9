import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Watch, watch } from '../../../src/cli/watch.ts';
import type { Snapshot } from '../../../src/cluster/snapshot.ts';
import { loadKubeconfig, type ResolvedKubeconfig } from '../../../src/kube/kubeconfig.ts';
import type { Limits } from '../../../src/kube/limits.ts';
import { type Caller, everything } from '../../../src/simulator/api/access.ts';
import { startApiServer } from '../../../src/simulator/api/api-server.ts';
import { createClock } from '../../../src/simulator/api/clock.ts';
import { kubeconfigText } from '../../../src/simulator/api/kubeconfig.ts';
import { type SimulatedCluster, startCluster } from '../../../src/simulator/controllers/start-cluster.ts';
import { initialState } from '../../../src/store/app-state.ts';
import { type AppStore, createAppStore } from '../../../src/store/store.ts';
import { field } from '../../../src/text/field.ts';
import { resolvedFor } from '../../kube/fixtures/resolved.ts';
import { mode } from '../../ui/fixtures/story.ts';
import { openApp } from '../../ui/harness.tsx';
import { falseGreens, isGreen, layerRows } from './false-green.ts';
import { type FaultServer, startFaultServer } from './fault-server.ts';
import { bookmarkMs, isFull, limits } from './settings.ts';

/** The whole of groundup but its terminal, watching a simulated cluster through a fault server; every frame is judged. */
export interface Stage {
  readonly server: FaultServer;
  readonly simulated: SimulatedCluster;
  readonly store: AppStore;
  readonly watched: Watch;
  readonly snapshot: () => Snapshot;
  readonly frame: () => string;
  readonly frames: () => number;
  /** The row of a layer, as `● healthy   3 Ready`. */
  readonly layer: (key: number) => string;
  readonly greens: () => number;
  /** Waits for a screen; resolves with the milliseconds since the call, or since `from` (monotonic). */
  readonly until: (
    what: string,
    holds: (frame: string) => boolean,
    withinMs?: number,
    from?: number,
  ) => Promise<number>;
  /** Lets time pass; every frame is judged all the same. */
  readonly pass: (ms: number) => Promise<void>;
  readonly everGreen: (key: number, from: number) => boolean;
  /** The longest the event loop was held up, ms, since the stage was opened. */
  readonly longestGap: () => number;
  /** A key as bytes; resolves when it was taken. */
  readonly type: (bytes: string) => Promise<void>;
  readonly lies: () => readonly string[];
  readonly close: () => Promise<void>;
}

export interface StageOptions {
  readonly user?: Partial<ResolvedKubeconfig['user']>;
  readonly cluster?: Partial<ResolvedKubeconfig['cluster']>;
  readonly limits?: Partial<Limits>;
  readonly as?: Caller;
  readonly tls?: ServerOptions;
  readonly wall?: () => number;
  readonly machineClock?: () => number;
  /** Before groundup starts. */
  readonly prepare?: (server: FaultServer, simulated: SimulatedCluster) => void | Promise<void>;
  /** Opens without waiting for a healthy screen. */
  readonly unsettled?: true;
  /** Written there, and read from there. */
  readonly kubeconfig?: string;
  /** What the clock of the cluster shows when it starts, epoch ms. */
  readonly clusterStart?: number;
  /** Called as soon as there is something to close. */
  readonly onOpen?: (stage: Stage) => void;
}

const TOKEN = 'someone';
const SIZE = { columns: 96, rows: 40 };

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const simulated = startCluster({
    speed: 1,
    ...(options.clusterStart === undefined
      ? {}
      : { clock: createClock({ speed: 1, start: options.clusterStart }) }),
  });
  const api = await startApiServer({
    ...simulated,
    bookmarkMs,
    tokens: new Map([
      [TOKEN, options.as ?? everything()],
      ['token-1', everything()],
      ['token-2', everything()],
    ]),
  });
  const server = await startFaultServer({ upstream: api.url, ...(options.tls ? { tls: options.tls } : {}) });
  await options.prepare?.(server, simulated);
  const folder = mkdtempSync(join(tmpdir(), 'groundup-faults-'));
  const resolved =
    options.kubeconfig === undefined
      ? resolvedFor(server.url, options.user ?? { token: TOKEN }, options.cluster)
      : read(options.kubeconfig, server.url);
  const wall = options.wall ?? Date.now;
  const store = createAppStore(initialState({ ...mode, context: field('test'), server: field(server.url) }));
  const screen = judged(server);
  const app = openApp(store.getState(), SIZE, undefined, { store, now: wall, onFrame: screen.take });
  const watched = await watch(store, {
    resolved,
    env: { PATH: process.env.PATH ?? '' },
    cwd: folder,
    stateDir: join(folder, 'state'),
    wall,
    limits: { ...limits, ...options.limits },
    ...(options.machineClock ? { machineClock: options.machineClock } : {}),
  });
  const loop = loopGaps();
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    screen.stop();
    loop.stop();
    app.close();
    await watched.close();
    await server[Symbol.asyncDispose]();
    await api.close();
    simulated.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const stage: Stage = {
    server,
    simulated,
    store,
    watched,
    snapshot: watched.cluster.snapshot,
    frame: screen.last,
    frames: screen.count,
    layer: key => layerRows(screen.last()).find(row => row.key === key)?.text ?? '',
    greens: () => layerRows(screen.last()).filter(row => isGreen(row.text)).length,
    until: (what, holds, withinMs = 15_000, from = performance.now()) =>
      untilScreen(screen, what, holds, withinMs, from),
    pass: ms => new Promise(done => setTimeout(done, ms)),
    everGreen: screen.everGreen,
    longestGap: loop.longest,
    type: app.type,
    lies: screen.lies,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
  options.onOpen?.(stage);
  if (options.unsettled === undefined)
    await stage.until('eight healthy layers', () => stage.greens() === 8, isFull ? 120_000 : 40_000);
  return stage;
}

function read(path: string, url: string): ResolvedKubeconfig {
  writeFileSync(path, kubeconfigText({ url, token: TOKEN, context: 'homelab' }), { mode: 0o600 });
  const resolved = loadKubeconfig({ path, env: {} });
  if (!resolved.ok) throw new Error(resolved.error.message);
  return resolved.value;
}

type Screen = ReturnType<typeof judged>;

/** A claim counts as a lie when it stands for so many looks: a loop that was held up must first get to paint. */
const LOOKS = 10;

/** Judges the frame that stands, over and over, for as long as it stands. */
function judged(server: FaultServer) {
  let last = '';
  let count = 0;
  let doubtful = 0;
  const lies = new Set<string>();
  const greens: { at: number; keys: readonly number[] }[] = [];
  const judge = (): void => {
    const found = falseGreens(last, server.truth, performance.now());
    doubtful = found.length === 0 ? 0 : doubtful + 1;
    if (doubtful >= LOOKS) for (const lie of found) if (lies.size < 20) lies.add(lie);
  };
  const timer = setInterval(judge, 50);
  return {
    take: (frame: string): void => {
      last = frame;
      count += 1;
      greens.push({
        at: performance.now(),
        keys: layerRows(frame).flatMap(row => (isGreen(row.text) ? [row.key] : [])),
      });
    },
    last: () => last,
    count: () => count,
    lies: () => [...lies],
    everGreen: (key: number, from: number) => greens.some(one => one.at >= from && one.keys.includes(key)),
    stop: () => clearInterval(timer),
  };
}

async function untilScreen(
  screen: Screen,
  what: string,
  holds: (frame: string) => boolean,
  withinMs: number,
  from: number,
): Promise<number> {
  while (!holds(screen.last())) {
    if (performance.now() - from > withinMs)
      throw new Error(`${what}: not within ${withinMs} ms. The screen:\n${screen.last()}`);
    await new Promise(done => setTimeout(done, 10));
  }
  return performance.now() - from;
}

function loopGaps() {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last - 20);
    last = now;
  }, 20);
  return { longest: () => longest, stop: () => clearInterval(timer) };
}
