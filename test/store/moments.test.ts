import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import type { Run } from '../../src/runs/run.ts';
import { initialState } from '../../src/store/app-state.ts';
import { withEarlier } from '../../src/store/earlier.ts';
import { flaps, timeline } from '../../src/store/history.ts';
import { emptyMemory, type Memory, MOMENTS_RING, memorise, momentAt } from '../../src/store/moments.ts';
import { modelOf as modelAgain, pictureOf } from '../../src/store/picture.ts';
import { asItWas } from '../../src/store/select/as-it-was.ts';
import { historyEntries } from '../../src/store/select/history-entries.ts';
import { receive } from '../../src/store/updates.ts';
import { field } from '../../src/text/field.ts';
import { broken, healthy, layer, mode, modelOf, NOW, remedyOf, running } from '../ui/fixtures/story.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const at = (diagnosis: Diagnosis, ms: number): Diagnosis => ({ ...diagnosis, at: NOW + ms });
const seen = (memory: Memory, diagnosis: Diagnosis): Memory => memorise(memory, modelOf(diagnosis), [], 0);
const withSummary = (text: string): Diagnosis => ({
  ...healthy,
  layers: healthy.layers.map(view => (view.id === 'dns' ? layer('dns', 'healthy', text, 60) : view)),
});

describe('what is remembered', () => {
  it('is the very same value while nothing new is said, however far ages and counts go on', () => {
    const first = seen(emptyMemory, withSummary('2/2 ready · last new pod 2m ago'));
    expect(seen(first, at(withSummary('2/2 ready · last new pod 3m ago'), MINUTE))).toBe(first);
    expect(seen(first, at(withSummary('2/2 ready · last new pod just now'), MINUTE))).toBe(first);
  });

  it('grows by one with a verdict, a root, a finding or other words, and shares what stayed', () => {
    const first = seen(emptyMemory, healthy);
    const second = seen(first, at(broken, MINUTE));
    expect(second.moments.map(({ at }) => at)).toEqual([NOW, NOW + MINUTE]);
    expect(second.moments[1]?.picture.diagnosis.components).toBe(
      first.moments[0]?.picture.diagnosis.components,
    );
    const other = { ...broken, root: broken.root && { ...broken.root, cause: field('pruned by Flux') } };
    expect(seen(second, at(other, 2 * MINUTE)).moments).toHaveLength(3);
    expect(seen(first, at(withSummary('scaled to zero'), MINUTE)).moments).toHaveLength(2);
  });

  it('waits for the first answers, and forgets the oldest beyond its bound', () => {
    const waiting = {
      ...healthy,
      layers: healthy.layers.map(view => ({
        ...view,
        verdict: 'unknown' as const,
        reason: 'waiting' as const,
      })),
    };
    expect(seen(emptyMemory, waiting)).toBe(emptyMemory);
    let memory = emptyMemory;
    for (let i = 0; i < MOMENTS_RING + 20; i++) memory = seen(memory, at(i % 2 === 0 ? healthy : broken, i));
    expect(memory.moments).toHaveLength(MOMENTS_RING);
  });

  it('draws again what was concluded, with the remedy that was offered', () => {
    const picture = pictureOf(modelOf(broken, remedyOf()));
    const again = modelAgain(picture, NOW + MINUTE);
    expect(again.diagnosis.root).toEqual(broken.root);
    expect(again.diagnosis.at).toBe(NOW + MINUTE);
    expect(again.fix?.commands).toEqual(remedyOf().commands);
    expect(again.fix?.plan.steps).toHaveLength(5);
  });

  it('knows nothing of a moment in which nobody looked', () => {
    const memory = { ...seen(emptyMemory, healthy), gaps: [{ from: NOW + MINUTE, to: NOW + HOUR }] };
    expect(momentAt(memory, NOW + MINUTE)?.at).toBe(NOW);
    expect(momentAt(memory, NOW + 2 * MINUTE)).toBeNull();
    expect(momentAt(memory, NOW - 1)).toBeNull();
  });
});

describe('runs on the clock of a cluster that runs faster than ours', () => {
  it('stay where they were heard of, while the clocks drift apart', () => {
    // Ten times as fast, as in the demo: after a minute of ours the cluster is nine minutes ahead.
    let state = receive(initialState(mode), { model: timed(NOW) }, NOW);
    const began: Run = { ...running, startedAt: NOW + MINUTE };
    state = receive(state, { model: timed(NOW + 10 * MINUTE), run: began }, NOW + MINUTE);
    const ended: Run = { ...began, state: 'succeeded', endedAt: NOW + 2 * MINUTE };
    state = receive(state, { model: timed(NOW + 20 * MINUTE), run: ended }, NOW + 2 * MINUTE);
    state = receive(state, { model: timed(NOW + 100 * MINUTE), run: ended }, NOW + 10 * MINUTE);
    const [entry] = historyEntries(state).filter(one => 'run' in one);
    expect(entry?.at).toBe(NOW + 20 * MINUTE);
  });

  function timed(now: number) {
    const model = modelOf(at(healthy, now - NOW));
    return { ...model, snapshot: { ...model.snapshot, now } };
  }
});

describe('an earlier watch', () => {
  const told = (...diagnoses: readonly Diagnosis[]) => diagnoses.reduce(seen, emptyMemory).moments;
  const state = receive(initialState(mode), { model: modelOf(at(healthy, 3 * HOUR)) });
  const early = {
    beganAt: NOW,
    endedAt: NOW + HOUR,
    moments: told(healthy, at(broken, 30 * MINUTE)),
    runs: [{ id: 'a', startedAt: NOW, endedAt: NOW + 1 }],
  };

  it('comes before what was seen since, with a gap in which nobody looked', () => {
    const { world } = withEarlier(state, [early]);
    expect(world.memory.moments.map(moment => moment.at)).toEqual([NOW, NOW + 30 * MINUTE, NOW + 3 * HOUR]);
    expect(world.memory.gaps).toEqual([{ from: NOW + HOUR, to: NOW + 3 * HOUR }]);
    expect(world.memory.ran).toEqual(early.runs);
    const cells = timeline(world.history, 'cni', NOW + 3 * HOUR, HOUR, 4, world.memory.gaps);
    expect(cells).toEqual([null, 'down', null, 'healthy']);
  });

  it('is no new beginning after a short break: what stayed broken did not break again', () => {
    const now = receive(initialState(mode), { model: modelOf(at(broken, HOUR + MINUTE)) });
    const { world } = withEarlier(now, [early]);
    expect(world.memory.gaps).toEqual([]);
    expect(flaps(world.history, 'cni', NOW)).toBe(1);
  });

  it('is shown as it was', () => {
    const past = withEarlier(state, [early]);
    const shown = asItWas({ ...past, view: { ...past.view, asOf: NOW + 40 * MINUTE } });
    expect(shown.world.model?.diagnosis.root?.summary).toBe(broken.root?.summary);
    expect(asItWas(past)).toBe(past);
  });
});
