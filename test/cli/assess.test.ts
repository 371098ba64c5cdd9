import { describe, expect, it, vi } from 'vitest';
import { assessor, emptyWorkshop } from '../../src/cli/assess.ts';
import type { Snapshot } from '../../src/cluster/snapshot.ts';
import { healthyCluster } from '../layers/healthy-cluster.ts';
import { NOW, snapshotOf } from '../support/snapshot.ts';

describe('assessing a snapshot', () => {
  it('offers nothing while the workstation is still looked at', () => {
    const assess = assessor(
      () => null,
      () => NOW,
    );
    expect(assess(snapshotOf(healthyCluster()))).toMatchObject({ remedies: {}, fix: null });
  });

  it('shows every layer as unknown, and never the old green, when the diagnosis itself fails', () => {
    vi.stubEnv('GROUNDUP_DEBUG', undefined);
    const assess = assessor(
      () => emptyWorkshop,
      () => NOW,
    );
    const snapshot = snapshotOf(healthyCluster());
    expect(assess(snapshot).diagnosis.verdict).toBe('healthy');
    const odd: Snapshot = { ...snapshot, streams: { ...snapshot.streams, nodes: undefined as never } };
    const { diagnosis } = assess(odd);
    expect(diagnosis.verdict).toBe('unknown');
    expect(diagnosis.layers.map(layer => layer.verdict)).toEqual(Array.from({ length: 8 }, () => 'unknown'));
  });
});
