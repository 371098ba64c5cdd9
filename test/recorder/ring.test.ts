import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { decode } from '../../src/recorder/decode.ts';
import { lookLines } from '../../src/recorder/look-lines.ts';
import { apart, recall } from '../../src/recorder/recall.ts';
import { recorder } from '../../src/recorder/recorder.ts';
import { recordsIn, ringSink, WEEK } from '../../src/recorder/ring.ts';
import { fileSink } from '../../src/recorder/sink.ts';
import { initialState } from '../../src/store/app-state.ts';
import { createAppStore } from '../../src/store/store.ts';
import { receive } from '../../src/store/updates.ts';
import { broken, healthy, mode, modelOf, NOW } from '../ui/fixtures/story.ts';
import { folders } from './scene.ts';

const folder = folders();
const plain = (text: string): string => text;
const now = (): number => NOW;

const failures: unknown[] = [];
afterEach(() => expect(failures).toEqual([]));

function watching(into: string, fileBytes?: number) {
  const store = createAppStore(initialState(mode));
  const ring = ringSink({
    folder: into,
    keepMs: WEEK,
    now,
    ...(fileBytes === undefined ? {} : { fileBytes }),
  });
  const made = recorder(store, ring, {
    version: '1',
    redact: plain,
    now,
    onFailure: error => failures.push(error),
  });
  return {
    see: (i: number) =>
      store.setState(
        state => receive(state, { model: modelOf({ ...(i % 2 === 0 ? healthy : broken), at: NOW + i }) }),
        true,
      ),
    close: async () => {
      await made.close();
      await ring.close();
    },
  };
}

describe('the files of the flight recorder', () => {
  it('are private, and there is none while nothing was seen', async () => {
    const into = join(folder(), 'state', 'records');
    const watch = watching(into);
    await watch.close();
    expect(await recordsIn(into)).toEqual([]);
    const other = watching(into);
    other.see(0);
    await other.close();
    const [name = ''] = await recordsIn(into);
    expect(statSync(into).mode & 0o777).toBe(0o700);
    expect(statSync(join(into, name)).mode & 0o777).toBe(0o600);
  });

  it('are begun anew when they are large, each with a whole frame, so that each can be read by itself', async () => {
    const into = folder();
    const watch = watching(into, 20_000);
    for (let i = 0; i < 30; i++) {
      watch.see(i);
      // One write after another, as they come in the course of a night.
      await new Promise(done => setTimeout(done, 1));
    }
    await watch.close();
    const names = await recordsIn(into);
    expect(names.length).toBeGreaterThan(1);
    for (const name of names) {
      const [watched] = decode(readFileSync(join(into, name), 'utf8')) ?? [];
      expect(watched?.moments.length).toBeGreaterThan(0);
    }
    const all = (await recall(into, healthy.cluster, NOW)).flatMap(({ moments }) =>
      moments.map(({ at }) => at),
    );
    expect(all).toEqual(Array.from({ length: 30 }, (_, i) => NOW + i));
  });

  it('go when they are old or too much, the oldest first; foreign files stay', async () => {
    const into = folder();
    const make = (name: string, size: number, age: number): void => {
      writeFileSync(join(into, name), 'x'.repeat(size));
      utimesSync(join(into, name), (NOW - age) / 1000, (NOW - age) / 1000);
    };
    make('20260101T000000Z-1-0.jsonl', 10, WEEK + 1000);
    make('20260102T000000Z-1-0.jsonl', 600, 5000);
    make('20260102T000001Z-1-0.jsonl', 600, 4000);
    make('notes.txt', 10, 10 * WEEK);
    const ring = ringSink({ folder: into, keepMs: WEEK, mostBytes: 1000, fileBytes: 100, now });
    await ring.append('new\n');
    await ring.close();
    const left = readdirSync(into).toSorted();
    expect(left.slice(0, 1)).toEqual(['20260102T000001Z-1-0.jsonl']);
    expect(left).toHaveLength(3);
    expect(left).toContain('notes.txt');
  });

  it('do not mix when several groundups write at once, and one that lost its file begins another', async () => {
    const into = folder();
    const watches = [watching(into), watching(into), watching(into)];
    for (let i = 0; i < 20; i++) for (const watch of watches) watch.see(i);
    await new Promise(done => setTimeout(done, 50));
    for (const name of readdirSync(into)) unlinkSync(join(into, name));
    for (let i = 20; i < 40; i++) for (const watch of watches) watch.see(i);
    await Promise.all(watches.map(watch => watch.close()));
    const names = await recordsIn(into);
    expect(names.length).toBeGreaterThanOrEqual(3);
    for (const name of names)
      for (const line of readFileSync(join(into, name), 'utf8')
        .split('\n')
        .filter(text => text !== ''))
        expect(() => JSON.parse(line)).not.toThrow();
    const [told, ...others] = await recall(into, healthy.cluster, NOW);
    expect(others.flatMap(({ moments }) => moments)).toEqual([]);
    expect(told?.moments.at(-1)?.at).toBe(NOW + 39);
  });

  it('tell of this cluster only, by its identity', async () => {
    const into = folder();
    const watch = watching(into);
    watch.see(1);
    await watch.close();
    expect(
      await recall(into, { ...healthy.cluster, uid: 'another' as typeof healthy.cluster.uid }, 0),
    ).toEqual([]);
    expect(await recall(into, { ...healthy.cluster, uid: null }, 0)).toHaveLength(1);
    expect(await recall(join(into, 'none'), healthy.cluster, 0)).toEqual([]);
  });
});

describe('two that watched at once', () => {
  it('are told once: the second only from where the first had ended', () => {
    const watched = (from: number, to: number) => {
      const [one] = decode(lookLines(modelOf(healthy), '1', plain)) ?? [];
      if (one === undefined) throw new Error('no watch');
      const moments = [from, (from + to) / 2, to].map(at => ({
        at,
        picture: one.moments[0]?.picture ?? never(),
      }));
      return { ...one, beganAt: from, endedAt: to, moments };
    };
    const told = apart([watched(0, 100), watched(10, 50), watched(60, 160)]);
    expect(told.map(({ moments }) => moments.map(({ at }) => at))).toEqual([
      [0, 50, 100],
      [110, 160],
    ]);
  });

  function never(): never {
    throw new Error('no moment');
  }
});

describe('a file that was named', () => {
  it('is private, goes on where an earlier watch ended, and is refused when it is something else', async () => {
    const into = folder();
    const path = join(into, 'night.jsonl');
    for (const diagnosis of [healthy, broken]) {
      const sink = await fileSink(path);
      if (sink === 'not-a-recording') throw new Error('refused');
      await sink.append(lookLines(modelOf(diagnosis), '1', plain));
      await sink.close();
    }
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(decode(readFileSync(path, 'utf8'))).toHaveLength(2);
    writeFileSync(join(into, 'letter.txt'), 'dear reader');
    expect(await fileSink(join(into, 'letter.txt'))).toBe('not-a-recording');
    expect(readFileSync(join(into, 'letter.txt'), 'utf8')).toBe('dear reader');
    mkdirSync(join(into, 'sub'));
    await expect(fileSink(join(into, 'sub'))).rejects.toThrow();
  });
});
