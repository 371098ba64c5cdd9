import { expect, test } from 'vitest';
import { type KindId, kinds } from '../../src/cluster/kinds.ts';
import { type StreamId, type StreamPlan, streamIds, streams } from '../../src/cluster/streams.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { streamState } from '../../src/kube/stream-state.ts';
import { startCluster } from '../../src/simulator/controllers/start-cluster.ts';
import { snapshotOf } from '../support/snapshot.ts';
import { rows } from './support/rows.ts';
import { isFull } from './support/settings.ts';

/** A small generator of numbers that repeats itself (mulberry32): a failure names its seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const odd: readonly unknown[] = [
  null,
  undefined,
  0,
  -1,
  1e308,
  Number.NaN,
  '',
  'x',
  true,
  [],
  {},
  [null],
  { a: null },
  '2026-13-45T99:99:99Z',
  '\u202e\u001b[2J',
];

/** Replaces, removes or doubles one part, anywhere in the object. */
function spoil(object: unknown, pick: (below: number) => number): unknown {
  const copy: unknown = structuredClone(object);
  let at = copy;
  for (let depth = 0; depth < 12; depth++) {
    if (typeof at !== 'object' || at === null) break;
    const part = at as Record<string, unknown>;
    const keys = Object.keys(part);
    const key = keys[pick(keys.length)];
    if (key === undefined) break;
    const inner = part[key];
    if (typeof inner === 'object' && inner !== null && pick(4) > 0) {
      at = inner;
      continue;
    }
    if (pick(5) === 0) delete part[key];
    else part[key] = odd[pick(odd.length)];
    break;
  }
  return pick(60) === 0 ? odd[pick(odd.length)] : copy;
}

/** Real objects of each stream, as the API serves them. */
function realObjects(): ReadonlyMap<StreamId, readonly unknown[]> {
  const cluster = startCluster({ speed: 1 });
  const found = new Map<StreamId, readonly unknown[]>();
  for (const id of streamIds) {
    const plan: StreamPlan = streams[id];
    const { group, resource } = kinds[plan.kind as KindId];
    const namespace = typeof plan.namespace === 'object' ? 'flux-system' : plan.namespace;
    found.set(id, structuredClone(cluster.world.list(`${group}/${resource}`, namespace)).slice(0, 12));
  }
  cluster.stop();
  return found;
}

test(`N19: ${rows.N19.fault}: ${rows.N19.behaviour}`, { timeout: 480_000 }, ({ task }) => {
  const real = realObjects();
  const wanted = isFull ? 1_000_000 : 10_000;
  let made = 0;
  for (let seed = 1; made < wanted; seed++) {
    const pick = numbers(seed);
    const objects: Partial<Record<StreamId, unknown[]>> = {};
    for (const [id, originals] of real) {
      const spoiled = originals.map(one => (pick(3) === 0 ? spoil(one, pick) : one));
      made += spoiled.length;
      objects[id] = spoiled;
    }
    try {
      diagnose(snapshotOf({ objects }));
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
  }
  expect(made).toBeGreaterThanOrEqual(wanted);
  task.meta.faults = [{ row: 'N19', measured: `0 exceptions in ${made} objects` }];
});

interface Change {
  readonly type: 'set' | 'delete';
  readonly name: string;
  readonly version: number;
}

/** What happened in order, and what it left. */
function history(pick: (below: number) => number): { changes: Change[]; left: Map<string, number> } {
  const left = new Map<string, number>();
  const changes: Change[] = [];
  const length = 3 + pick(20);
  for (let version = 1; version <= length; version++) {
    const name = `o${pick(5)}`;
    const type = left.has(name) && pick(3) === 0 ? 'delete' : 'set';
    changes.push({ type, name, version });
    if (type === 'set') left.set(name, version);
    else left.delete(name);
  }
  return { changes, left };
}

/** The same history as a server with broken connections tells it: doubled, replayed from an earlier point, to the end. */
function retold(changes: readonly Change[], pick: (below: number) => number): Change[] {
  const told: Change[] = [];
  let at = 0;
  for (let steps = 0; at < changes.length || steps === 0; steps++) {
    const change = changes[at];
    if (change === undefined) break;
    told.push(change);
    if (pick(4) === 0) told.push(change);
    at += 1;
    if (steps < 200 && pick(6) === 0) at = pick(at + 1);
  }
  return told;
}

test(`N20: ${rows.N20.fault}: ${rows.N20.behaviour}`, { timeout: 480_000 }, ({ task }) => {
  const sequences = isFull ? 100_000 : 5_000;
  const read = (raw: unknown): unknown => raw;
  const nobody = (): void => undefined;
  for (let seed = 1; seed <= sequences; seed++) {
    const pick = numbers(seed);
    const { changes, left } = history(pick);
    const state = streamState({ read: read as never }, nobody, nobody);
    for (const { type, name, version } of retold(changes, pick)) {
      if (pick(8) === 0) state.current();
      state.apply(type, { metadata: { name, resourceVersion: version } });
    }
    const known = [...state.current().items].map(([name, object]) => [
      name,
      (object as { metadata: { resourceVersion: number } }).metadata.resourceVersion,
    ]);
    expect(new Map(known as [string, number][]), `seed ${seed}`).toEqual(left);
  }
  task.meta.faults = [{ row: 'N20', measured: `0 differences in ${sequences} sequences` }];
});
