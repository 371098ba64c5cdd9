import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../../src/diagnosis/diagnosis.ts';
import { openCluster } from '../../../src/kube/open-cluster.ts';
import { resolvedFor } from '../../kube/fixtures/resolved.ts';

/**
 * Watches the cluster at argv[2] in a process of its own, with the limits that a user has, and prints what it concludes as
 * a line of JSON ten times a second, until its stdin ends.
 */
const cluster = openCluster({ resolved: resolvedFor(process.argv[2] ?? '', { token: 'someone' }), env: {} });
let last: Diagnosis | undefined;
let gap = 0;
let beat = performance.now();
setInterval(() => {
  const now = performance.now();
  gap = Math.max(gap, now - beat - 10);
  beat = now;
}, 10);
let least = 8;
const look = (): number => {
  last = diagnose(cluster.snapshot(), last);
  const greens = last.layers.filter(layer => layer.verdict === 'healthy' && !layer.stale).length;
  least = Math.min(least, greens);
  return greens;
};
cluster.onChange(look);
const print = (): void => {
  const snapshot = cluster.snapshot();
  const greens = look();
  const { freshness } = snapshot.streams.nodes;
  const line = {
    at: Date.now(),
    greens,
    least,
    reach: snapshot.api.reach,
    nodes: 'reason' in freshness ? `${freshness.state}:${freshness.reason}` : freshness.state,
    rss: process.memoryUsage.rss(),
    gap,
  };
  gap = 0;
  least = 8;
  process.stdout.write(`${JSON.stringify(line)}\n`);
};
setInterval(print, 100);
process.stdin.on('data', () => undefined);
process.stdin.on('end', () => process.exit(0));
