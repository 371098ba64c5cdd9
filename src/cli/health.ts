import type { Freshness, Snapshot } from '../cluster/snapshot.ts';
import { streamIds } from '../cluster/streams.ts';
import type { Traffic } from '../kube/traffic.ts';
import type { Internals, StreamHealth } from '../store/internals.ts';
import type { AppStore } from '../store/store.ts';
import type { OutputGate } from '../terminal/output-gate.ts';
import type { DebugLog } from './debug-log.ts';

/** What is watched, if anything is. */
export interface Watched {
  readonly snapshot: () => Snapshot;
  readonly stats: () => Traffic;
}

export interface HealthOptions {
  readonly store: AppStore;
  readonly gate: Pick<OutputGate, 'stats'>;
  readonly watched: () => Watched | undefined;
  readonly log: DebugLog | null;
}

/** Measured this often, ms; late timers are what a blocked process shows. */
const EVERY = 1000;
/** Measurements that go to the debug log. */
const LOGGED_EVERY = 10;
/** A block that a user may feel is logged by itself. */
const LONG = 250;

/**
 * Watches the watcher: measures once a second, shows it while the page of internals is open, and writes it to the debug log.
 * Returns the undo.
 */
export function watchHealth(options: HealthOptions): () => void {
  const { store, log } = options;
  const { tick, measure } = meter(options);
  let turn = 0;
  const publish = (internals: Internals): void => {
    if (isOpen(store)) store.setState({ internals });
  };
  const look = (): void => {
    const lately = tick();
    if (lately > LONG) log?.write('blocked', { ms: lately });
    if (isOpen(store)) publish(measure());
    if (log !== null && turn++ % LOGGED_EVERY === 0) log.write('health', { ...measure() });
  };
  const timer = setInterval(look, EVERY);
  timer.unref();
  const undo = store.subscribe((state, before) => {
    if (isOpen(store) && state.view.overlay !== before.view.overlay && before.internals === null)
      publish(measure());
    if (log !== null) logChanges(log, state, before);
  });
  return () => {
    clearInterval(timer);
    undo();
  };
}

function isOpen(store: AppStore): boolean {
  return store.getState().view.overlay?.kind === 'internals';
}

/** `tick` every second tells how late it came, ms; `measure` is asked when somebody wants to know. */
function meter({ gate, watched }: HealthOptions): { tick: () => number; measure: () => Internals } {
  let lastTick = performance.now();
  let longest = { ms: 0, at: Date.now() };
  let lately = 0;
  const cpu = cpuMeter();
  const tick = (): number => {
    const now = performance.now();
    lately = Math.max(0, Math.round(now - lastTick - EVERY));
    lastTick = now;
    if (lately > longest.ms) longest = { ms: lately, at: Date.now() };
    return lately;
  };
  const measure = (): Internals => {
    const { rss, heapUsed, heapTotal } = process.memoryUsage();
    const { bytes, frames, dropped, isBehind, waiting } = gate.stats();
    const cluster = watched();
    return {
      at: Date.now(),
      upMs: Math.round(process.uptime() * 1000),
      lag: { lately, longest: longest.ms, longestAt: longest.at },
      cpu: cpu(),
      ...{ rss, heapUsed, heapTotal },
      handles: process.getActiveResourcesInfo().length,
      screen: { frames, dropped, bytes, waiting, isBehind },
      api: cluster === undefined ? null : sums(cluster.stats()),
      streams: cluster === undefined ? [] : streamsOf(cluster.snapshot()),
    };
  };
  return { tick, measure };
}

/** Part of one core since it was asked last. */
function cpuMeter(): () => number {
  let lastAt = performance.now();
  let last = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(last);
    const passed = Math.max(1, performance.now() - lastAt);
    lastAt = performance.now();
    last = process.cpuUsage();
    return Math.round((user + system) / passed) / 1000;
  };
}

function sums({ requests, bytes, openWatches, reconnects, unreadable }: Traffic): Internals['api'] {
  const all = Object.values(requests).reduce((sum, count) => sum + count, 0);
  return { requests: all, bytes, openWatches, reconnects, unreadable };
}

function streamsOf(snapshot: Snapshot): readonly StreamHealth[] {
  const { now, streams, pods } = snapshot;
  const of = (id: StreamHealth['id'], freshness: Freshness, items: number): StreamHealth => ({
    ...{ id, items, state: freshness.state },
    reason: 'reason' in freshness ? freshness.reason : null,
    ageMs: 'confirmedAt' in freshness ? Math.max(0, Math.round(now - freshness.confirmedAt)) : null,
  });
  const all = streamIds.map(id => of(id, streams[id].freshness, streams[id].items.size));
  return [...all, of('pods', pods.freshness, pods.total)];
}

type State = ReturnType<AppStore['getState']>;

/** What became of the connection and of each stream is logged when it changes. */
function logChanges(log: DebugLog, state: State, before: State): void {
  const is = state.world.model?.snapshot;
  const was = before.world.model?.snapshot;
  if (is === undefined || is === was) return;
  if (is.api.reach !== was?.api.reach)
    log.write('api', { reach: is.api.reach, reason: is.api.failure?.reason ?? null });
  for (const id of streamIds) {
    const { freshness, items } = is.streams[id];
    if (freshness.state === was?.streams[id].freshness.state) continue;
    const reason = 'reason' in freshness ? freshness.reason : null;
    log.write('stream', { id, state: freshness.state, reason, items: items.size });
  }
}
