import { expect, test } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import { FAULTS } from '../../src/simulator/faults/index.ts';
import { manualCluster } from '../simulator/controllers/manual-cluster.ts';
import { worldSnapshot } from './world-snapshot.ts';

/** What one reads on the panel of the applications. */
function panel({ layers }: Diagnosis) {
  const summary = layers.find(({ id }) => id === 'apps')?.summary ?? '';
  const number = (pattern: RegExp) => Number(pattern.exec(summary)?.[1] ?? 0);
  const [failing, reconciling] = [number(/(\d+) of \d+ failing/), number(/(\d+)(?: of \d+)? reconciling/)];
  return { failing, reconciling, summary };
}

/** The applications that the first question of the chain asks about; null when it asks about something else. */
function asked({ root }: Diagnosis): string | null {
  return (
    /^Why (?:is|are) (\d+) of \d+ applications not ready\?$/.exec(root?.whys[0]?.question ?? '')?.[1] ?? null
  );
}

test.each(['cni-gone', 'webhook-deadlock', 'coredns-zero'])(
  'banner, panel and first question agree on how many applications %s takes along',
  name => {
    const cluster = manualCluster();
    cluster.advance(20);
    FAULTS.find(fault => fault.name === name)?.apply(cluster);
    let diagnosis = diagnose(worldSnapshot(cluster));
    const seen = new Set<string>();
    for (let i = 0; i < 60; i += 1) {
      cluster.advance(30);
      diagnosis = diagnose(worldSnapshot(cluster), diagnosis);
      const { failing, reconciling, summary } = panel(diagnosis);
      const apps = diagnosis.root?.explains.apps ?? 0;
      // Before anything fails the panel still tells what the applications claim.
      if (failing === 0) continue;
      expect(`${apps}: ${summary}`).toBe(`${failing + reconciling}: ${summary}`);
      expect(asked(diagnosis)).toBe(String(apps));
      seen.add(`${apps}`);
    }
    cluster.stop();
    expect(seen.size).toBeGreaterThan(2);
  },
);

test('a source that cannot be fetched is no application', () => {
  const cluster = manualCluster();
  cluster.advance(20);
  FAULTS.find(fault => fault.name === 'cni-gone')?.apply(cluster);
  cluster.advance(210);
  const diagnosis = diagnose(worldSnapshot(cluster));
  cluster.stop();
  expect(panel(diagnosis).summary).toMatch(/^29 Ready · 1 source failing/);
  expect(diagnosis.root?.explains.apps).toBe(0);
});
