import { describe, expect, it } from 'vitest';
import { emptyWorkshop } from '../../src/cli/assess.ts';
import { assessOnChange } from '../../src/cli/assess-on-change.ts';
import type { Freshness, Snapshot } from '../../src/cluster/snapshot.ts';
import { field } from '../../src/text/field.ts';
import { healthyCluster } from '../layers/healthy-cluster.ts';
import { NOW, snapshotOf } from '../support/snapshot.ts';

/** A judgement that costs 50 ms may stand for five seconds. */
function judging() {
  let snapshot = snapshotOf(healthyCluster());
  let time = 0;
  const model = assessOnChange({
    cluster: { snapshot: () => snapshot },
    workshop: () => emptyWorkshop,
    wall: () => NOW,
    runs: () => ({ past: () => [], current: () => null }),
    timer: () => {
      time += 50;
      return time;
    },
  });
  const first = model();
  const later = (ms: number, change: (before: Snapshot) => Snapshot = before => before) => {
    time += ms;
    snapshot = change({ ...snapshot, now: snapshot.now + ms });
    return model();
  };
  return { first, later };
}

function withNodes(snapshot: Snapshot, change: { freshness?: Freshness; empty?: true }): Snapshot {
  const { items, freshness } = snapshot.streams.nodes;
  const nodes = { freshness: change.freshness ?? freshness, items: change.empty ? new Map() : items };
  return { ...snapshot, streams: { ...snapshot.streams, nodes } };
}

describe('judging what changes', () => {
  it('does not judge again for a second that nothing happened in, but takes the newer snapshot', () => {
    const { first, later } = judging();
    const second = later(1_000);
    expect(second.diagnosis).toBe(first.diagnosis);
    expect(second.snapshot.now).toBe(NOW + 1_000);
  });

  it('takes a confirmation as nothing happening', () => {
    const { first, later } = judging();
    const confirmed = { state: 'live', confirmedAt: NOW + 1_000 } as const;
    expect(later(1_000, one => withNodes(one, { freshness: confirmed })).diagnosis).toBe(first.diagnosis);
  });

  it('works ages out again once its cost allows it: leases that were not renewed are told', () => {
    const { later } = judging();
    const answered = (one: Snapshot) => ({ ...one, api: { ...one.api, lastReplyAt: one.now } });
    expect(later(60_000, answered).diagnosis.verdict).not.toBe('healthy');
  });

  it.each<[string, Parameters<typeof withNodes>[1]]>([
    ['objects change', { empty: true }],
    [
      'the data became stale',
      { freshness: { state: 'stale', confirmedAt: NOW, reason: 'silent', message: field('silent') } },
    ],
  ])('judges at once when %s', (_, change) => {
    const { first, later } = judging();
    const next = later(10, one => withNodes(one, change));
    expect(next.diagnosis).not.toBe(first.diagnosis);
    expect(next.diagnosis.layers[1]?.verdict).not.toBe('healthy');
  });

  it('judges at once when the API server is lost', () => {
    const { first, later } = judging();
    const failure = { reason: 'refused', message: field('refused'), since: NOW } as const;
    const lost = later(10, one => ({ ...one, api: { ...one.api, reach: 'unreached', failure } }));
    expect(lost.diagnosis).not.toBe(first.diagnosis);
    expect(lost.diagnosis.verdict).toBe('down');
  });
});
