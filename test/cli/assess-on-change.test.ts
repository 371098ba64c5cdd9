import { describe, expect, it } from 'vitest';
import { emptyWorkshop } from '../../src/cli/assess.ts';
import { assessOnChange } from '../../src/cli/assess-on-change.ts';
import type { Freshness, Snapshot } from '../../src/cluster/snapshot.ts';
import { field } from '../../src/text/field.ts';
import { type Cluster, healthyCluster, one } from '../layers/healthy-cluster.ts';
import { ago, NOW, snapshotOf } from '../support/snapshot.ts';

const nodes = ['k8s-1', 'k8s-2', 'k8s-3'];

/** A judgement of 50 ms stands as long as any while only time passes. */
function judging(cost = 50, cluster: Cluster = healthyCluster()) {
  let snapshot = snapshotOf(cluster);
  let time = 0;
  const model = assessOnChange({
    cluster: { snapshot: () => snapshot },
    workshop: () => emptyWorkshop,
    wall: () => NOW,
    runs: () => ({ past: () => [], current: () => null }),
    timer: () => {
      time += cost;
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

function withRenewal(snapshot: Snapshot, ms: number): Snapshot {
  const leases = snapshot.streams['node-leases'];
  const items = new Map(
    [...leases.items].map(([key, lease]) => {
      const spec = { ...lease.spec, renewTime: (lease.spec?.renewTime ?? 0) + ms };
      return [key, { ...lease, spec }];
    }),
  );
  return { ...snapshot, streams: { ...snapshot.streams, 'node-leases': { ...leases, items } } };
}

/** The same at a later moment, while the API server goes on answering. */
const answered = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  api: { ...snapshot.api, lastReplyAt: snapshot.now },
});

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

  it('takes renewals in time as nothing happening, and a late one as news', () => {
    const { first, later } = judging();
    expect(later(1_000, was => withRenewal(was, 10_000)).diagnosis).toBe(first.diagnosis);
    expect(later(1_000, was => withRenewal(was, 20_000)).diagnosis).not.toBe(first.diagnosis);
  });

  it.each([
    ['12 s in a healthy cluster', 0, 11_000, 13_000],
    ['12 s where something broke lately', 90_000, 11_000, 13_000],
    ['30 s where it is broken for long, also to our eyes', 3_600_000, 29_000, 31_000],
  ])('stands for %s at most, whatever it costs', (_, brokenFor, stands, fell) => {
    const cluster = healthyCluster();
    if (brokenFor > 0)
      for (const node of nodes) one(cluster, 'node-leases', node).spec.renewTime = ago(brokenFor / 1000);
    for (const [ms, isSame] of [
      [stands, true],
      [fell, false],
    ] as const) {
      const { first: now, later } = judging(2_000, cluster);
      // What has no time of its own began when it was seen first.
      const first = brokenFor > 600_000 ? later(700_000, answered) : now;
      expect(first.diagnosis.verdict).toBe(brokenFor > 0 ? 'down' : 'healthy');
      expect(later(ms, answered).diagnosis === first.diagnosis).toBe(isSame);
    }
  });

  it('works ages out again once its cost allows it: leases that were not renewed are told', () => {
    const { later } = judging();
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
