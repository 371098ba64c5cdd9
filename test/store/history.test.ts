import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import type { Verdict } from '../../src/layers/layer.ts';
import {
  emptyHistory,
  flaps,
  HISTORY_RING,
  type History,
  remember,
  timeline,
} from '../../src/store/history.ts';
import { healthy, NOW } from '../ui/fixtures/story.ts';

const HOUR = 3_600_000;

const withDns = (verdict: Verdict, at: number): Diagnosis => ({
  ...healthy,
  at,
  layers: healthy.layers.map(view => (view.id === 'dns' ? { ...view, verdict } : view)),
});

const tell = (...moments: readonly (readonly [Verdict, number])[]): History =>
  moments.reduce((history, [verdict, at]) => remember(history, withDns(verdict, at)), emptyHistory);

describe('the history of verdicts', () => {
  it('writes down the first look at each layer, then only what changed', () => {
    const history = tell(['healthy', NOW], ['healthy', NOW + 1], ['down', NOW + 2]);
    expect(history.changes).toHaveLength(9);
    expect(history.changes.at(-1)).toMatchObject({ layer: 'dns', from: 'healthy', to: 'down', at: NOW + 2 });
  });

  it('is the same value when nothing changed', () => {
    const history = tell(['healthy', NOW]);
    expect(remember(history, withDns('healthy', NOW + 5))).toBe(history);
  });

  it('forgets the oldest and counts them', () => {
    let history = emptyHistory;
    for (let i = 0; i < 600; i++)
      history = remember(history, withDns(i % 2 === 0 ? 'healthy' : 'down', NOW + i));
    expect(history.changes).toHaveLength(HISTORY_RING);
    expect(history.dropped).toBe(607 - HISTORY_RING);
  });

  it('counts each turn for the worse once', () => {
    const history = tell(
      ['healthy', NOW],
      ['down', NOW + 1],
      ['degraded', NOW + 2],
      ['healthy', NOW + 3],
      ['down', NOW + 4],
    );
    expect(flaps(history, 'dns', NOW)).toBe(2);
    expect(flaps(history, 'dns', NOW + 3)).toBe(1);
    expect(flaps(history, 'api', NOW)).toBe(0);
  });

  it('shows the worst verdict of each span, and nothing before it began to look', () => {
    const history = tell(
      ['healthy', NOW - 2.5 * HOUR],
      ['down', NOW - 1.4 * HOUR],
      ['healthy', NOW - 1.3 * HOUR],
    );
    expect(timeline(history, 'dns', NOW, HOUR, 4)).toEqual([null, 'healthy', 'down', 'healthy']);
  });
});
