import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { played } from '../../src/cli/replay.ts';
import { replayState } from '../../src/cli/replay-state.ts';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import { decode } from '../../src/recorder/decode.ts';
import { lookLines } from '../../src/recorder/look-lines.ts';
import { recorder } from '../../src/recorder/recorder.ts';
import { initialState } from '../../src/store/app-state.ts';
import { asItWas } from '../../src/store/select/as-it-was.ts';
import { createAppStore } from '../../src/store/store.ts';
import { receive } from '../../src/store/updates.ts';
import { field } from '../../src/text/field.ts';
import { redactor } from '../../src/text/redact.ts';
import { broken, healthy, mode, modelOf, NOW, remedyOf, root, running } from '../ui/fixtures/story.ts';
import { memorySink } from './scene.ts';

const MINUTE = 60_000;

function recording(secrets: readonly string[] = []) {
  const store = createAppStore(initialState(mode));
  const sink = memorySink();
  const failures: unknown[] = [];
  const made = recorder(store, sink, {
    version: '9.9.9',
    redact: redactor(secrets),
    now: () => NOW,
    onFailure: error => failures.push(error),
  });
  const see = (diagnosis: Diagnosis, ms: number): void => {
    const model = modelOf({ ...diagnosis, at: NOW + ms }, diagnosis.root === null ? null : remedyOf());
    store.setState(state => receive(state, { model }), true);
  };
  return { store, sink, see, failures, close: made.close };
}

/** A night: healthy, broken, a repair, healthy again. */
async function night(secrets: readonly string[] = []) {
  const tape = recording(secrets);
  tape.see(healthy, 0);
  tape.see(broken, MINUTE);
  tape.store.setState(state => receive(state, { run: { ...running, startedAt: NOW + 2 * MINUTE } }), true);
  const ended = {
    ...running,
    state: 'succeeded',
    startedAt: NOW + 2 * MINUTE,
    endedAt: NOW + 3 * MINUTE,
  } as const;
  tape.store.setState(state => receive(state, { run: ended }), true);
  tape.see({ ...broken, root: { ...root, confidence: 'low' } }, 3 * MINUTE);
  tape.see(healthy, 4 * MINUTE);
  await tape.close();
  return tape;
}

describe('a recording', () => {
  it('holds the moments, each as it was, and the run on the clock of the cluster', async () => {
    const { store, sink, failures } = await night();
    const [watched, ...others] = decode(sink.text()) ?? [];
    expect(others).toEqual([]);
    expect(failures).toEqual([]);
    expect(watched?.by).toBe('9.9.9');
    expect(watched?.moments).toEqual(store.getState().world.memory.moments);
    expect(watched?.runs).toMatchObject([
      { id: running.id, state: 'succeeded', startedAt: NOW + 2 * MINUTE, endedAt: NOW + 3 * MINUTE },
    ]);
    expect(watched?.runs[0]?.lines.map(({ text }) => text)).toContain('k8s-1 Ready');
  });

  it('shows the same root at the same moment when it is replayed', async () => {
    const { store, sink } = await night();
    const live = store.getState();
    const replayed = replayState(decode(sink.text()) ?? []);
    for (let ms = 0; ms <= 5 * MINUTE; ms += 10_000) {
      const asOf = NOW + ms;
      const before = asItWas({ ...live, view: { ...live.view, asOf } }).world.model?.diagnosis;
      const again = asItWas({ ...replayed, view: { ...replayed.view, asOf } }).world.model?.diagnosis;
      expect(again?.root).toEqual(before?.root);
      expect(again?.layers).toEqual(before?.layers);
    }
    expect(
      asItWas({ ...replayed, view: { ...replayed.view, asOf: NOW + MINUTE } }).world.model?.diagnosis.root,
    ).toEqual(root);
  });

  it('says only what changed, and nothing while nothing does', async () => {
    const tape = recording();
    tape.see(healthy, 0);
    tape.see(healthy, MINUTE);
    tape.see(healthy, 2 * MINUTE);
    await tape.close();
    expect(
      tape.sink
        .text()
        .split('\n')
        .map(line => line.slice(0, 15)),
    ).toEqual(['{"record":"begi', '{"record":"key"', '{"record":"end"', '']);
    const { sink } = await night();
    const [, key = '', change = ''] =
      sink
        .text()
        .split('\n')
        .filter(line => !line.includes('"begin"'))
        .map(line => line) ?? [];
    expect(key.length + change.length).toBeGreaterThan(0);
    const last =
      sink
        .text()
        .split('\n')
        .findLast(line => line.includes('"change"')) ?? '';
    expect(Object.keys(JSON.parse(last).set).toSorted()).toEqual(['fix', 'layers', 'root', 'verdict']);
  });

  it('holds no secret, wherever it stood', async () => {
    const secret = 'hunter2-of-the-cluster';
    const tape = recording([secret]);
    const said = {
      ...root,
      summary: field(`login with ${secret} failed`),
      whys: [],
      cause: field('token: abcdefghijk'),
    };
    tape.see({ ...broken, root: said }, 0);
    await tape.close();
    expect(tape.sink.text()).not.toContain(secret);
    expect(tape.sink.text()).not.toContain('abcdefghijk');
    expect(tape.sink.text()).toContain('login with [redacted] failed');
  });

  it('is given up once when it cannot be written, and the watch goes on', async () => {
    const store = createAppStore(initialState(mode));
    const failures: unknown[] = [];
    const sink = { ...memorySink(), append: () => Promise.reject(new Error('disk full')) };
    const made = recorder(store, sink, {
      version: '1',
      redact: text => text,
      now: () => NOW,
      onFailure: e => failures.push(e),
    });
    for (const diagnosis of [healthy, broken])
      store.setState(state => receive(state, { model: modelOf(diagnosis) }), true);
    await made.close();
    expect(failures).toHaveLength(1);
  });

  it('of single looks is played look by look', () => {
    const looks = [healthy, { ...broken, at: NOW + MINUTE }].map(one =>
      lookLines(modelOf(one), '1', text => text),
    );
    const watched = decode(looks.join('')) ?? [];
    expect(watched.map(one => one.moments[0]?.picture.diagnosis.verdict)).toEqual(['healthy', 'down']);
  });
});

describe('what stands in a recording', () => {
  it('is read as far as it goes when its last line is torn, anywhere', async () => {
    const { sink } = await night();
    const text = sink.text();
    const whole = decode(text)?.[0]?.moments ?? [];
    for (let cut = text.length; cut > 400; cut -= 997) {
      const moments = decode(text.slice(0, cut))?.[0]?.moments ?? [];
      expect(moments).toEqual(whole.slice(0, moments.length));
    }
  });

  it('is not believed where a change has lost the frame before it', async () => {
    const { sink } = await night();
    const lines = sink
      .text()
      .split('\n')
      .filter(line => !line.includes('"record":"key"'));
    expect(decode(lines.join('\n'))?.[0]?.moments).toEqual([]);
  });

  it('is sanitised, and what is not of the contract is left out', async () => {
    const { sink } = await night();
    const text = sink
      .text()
      .replaceAll('k8s-1 k8s-2', '\\u001b[2Jk8s-1 k8s-2')
      .replaceAll('"missing"', '"made-up"');
    const moments = decode(`${text}\nnull\n[]\n{"record":"party"}\n`)?.[0]?.moments ?? [];
    const all = JSON.stringify(moments);
    expect(all).not.toContain('\\u001b');
    expect(all).not.toContain('made-up');
    expect(all).toContain('^[');
  });

  it('never breaks the reader', async () => {
    const { sink } = await night();
    const text = sink.text();
    const hostile = fc.record({
      from: fc.nat(text.length),
      to: fc.nat(40),
      put: fc.string({ unit: 'binary', maxLength: 30 }),
    });
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 6 }), edits => {
        const odd = edits.reduce(
          (all, { from, to, put }) => all.slice(0, from) + put + all.slice(from + to),
          text,
        );
        for (const { moments } of decode(odd) ?? [])
          for (const { picture } of moments) expect(picture.diagnosis.layers).toHaveLength(8);
      }),
      { numRuns: 60 },
    );
    fc.assert(
      fc.property(
        fc.json(),
        line => void decode(`${text.split('\n')[0]}\n${line}\n{"record":"key","at":1,"picture":${line}}`),
      ),
    );
    expect(decode('hello\n')).toBeNull();
  });
});

describe('a replay', () => {
  it('plays at its speed, cuts silence short, and halts at the end', async () => {
    const { sink } = await night();
    const start = replayState(decode(sink.text()) ?? []);
    expect(start).toMatchObject({
      mode: { badge: 'REPLAY', readOnly: true },
      view: { asOf: NOW, playing: false },
    });
    expect(played(start, 1000)).toBe(start);
    let state = { ...start, view: { ...start.view, playing: true } };
    const times: (number | null)[] = [];
    for (let i = 0; i < 40 && state.view.playing; i++) {
      state = played(state, 5_000);
      times.push(state.view.asOf);
    }
    expect(state.view).toMatchObject({ playing: false, asOf: NOW + 4 * MINUTE });
    expect(times[0]).toBe(NOW + MINUTE - 5_000);
    expect(times.length).toBeLessThan(12);
  });
});
