import { afterEach, describe, expect, it } from 'vitest';
import { type Judged, type LogReader, logReader } from '../../src/cli/log-evidence.ts';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import { everything, except } from '../../src/simulator/api/access.ts';
import { FAULTS } from '../../src/simulator/faults/index.ts';
import { openScene, type Scene } from '../scenarios/simulated.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

interface Desk extends Scene {
  readonly reader: LogReader;
  readonly requests: () => number;
  readonly judged: (listener: (judged: Judged) => void) => () => void;
  readonly fault: (name: string) => void;
}

/** Requests are counted in the time of the cluster, as in the demo, unless a test has a clock of its own. */
async function desk(options: Parameters<typeof openScene>[0] = {}, clock?: () => number): Promise<Desk> {
  const scene = await openScene(options);
  open.push(scene.close);
  const model = () => {
    const diagnosis = scene.diagnosis();
    return { snapshot: scene.cluster.snapshot(), diagnosis };
  };
  const reader = logReader({
    cluster: scene.cluster,
    model,
    secrets: () => [],
    clock: clock ?? (() => performance.now() * 40),
  });
  open.push(reader.close);
  await scene.until('healthy', ({ verdict }) => verdict === 'healthy');
  return {
    ...scene,
    reader,
    judged: listener => scene.cluster.onChange(() => listener(model())),
    requests: () => scene.cluster.stats().requests['get pods/log'] ?? 0,
    fault: name => FAULTS.find(one => one.name === name)?.apply(scene.simulated),
  };
}

/** Six requests in a round, and five seconds of our own time from one round to the next. */
const allowedSince = (begun: number): number => 6 * (1 + Math.floor((performance.now() - begun) / 5_000));

const evidence = ({ root }: Diagnosis): string =>
  root?.whys.flatMap(why => [why.answer, ...why.evidence]).join('\n') ?? '';

describe('logs as evidence, over HTTP', () => {
  it('are not asked for while everything works', async () => {
    const { reader, requests, judged, cluster } = await desk();
    reader.follow(judged);
    await reader.round();
    cluster.refresh();
    await reader.round();
    expect(requests()).toBe(0);
    expect(cluster.snapshot().logs).toEqual([]);
  });

  it('explain a CoreDNS that forwards to itself, in its own words, with few requests', async () => {
    const { reader, requests, judged, fault, until } = await desk();
    const begun = performance.now();
    reader.follow(judged);
    fault('coredns-loop');
    const found = await until(
      'the loop in the log',
      diagnosis => /plugin\/loop: Loop .* detected/.test(evidence(diagnosis)),
      60_000,
    );
    expect(found.root).toMatchObject({
      layer: 'dns',
      object: { kind: 'Deployment', namespace: 'kube-system', name: 'coredns' },
    });
    expect(found.root?.signatures).toContain('S40');
    expect(requests()).toBeGreaterThan(0);
    expect(requests()).toBeLessThanOrEqual(allowedSince(begun));
  });

  it('prove what applications wait for when the CNI is gone', async () => {
    const { reader, requests, judged, fault, until } = await desk();
    const begun = performance.now();
    reader.follow(judged);
    fault('cni-gone');
    const found = await until(
      'a lookup in the log of a controller',
      diagnosis => diagnosis.root?.whys[0]?.evidence.some(text => /^log of .*lookup \S+/.test(text)) === true,
      60_000,
    );
    expect(found.root).toMatchObject({ layer: 'cni', object: { kind: 'DaemonSet', name: 'cilium' } });
    expect(found.root?.whys[0]).toMatchObject({ layer: 'apps', inferred: false });
    expect(requests()).toBeLessThanOrEqual(allowedSince(begun));
  });

  it('never ask more than twelve times a minute, nor six times in a round', async () => {
    let now = 0;
    const { reader, requests, fault, until, cluster } = await desk({}, () => now);
    fault('coredns-loop');
    await until('down', ({ verdict }) => verdict === 'down');
    let most = 0;
    for (let round = 0; round < 24; round++) {
      now += 2_000;
      const before = requests();
      await reader.round();
      most = Math.max(most, requests() - before);
      await new Promise(wake => cluster.onChange(() => wake(undefined)));
    }
    expect(requests()).toBeGreaterThan(0);
    expect(requests()).toBeLessThanOrEqual(12);
    expect(most).toBeLessThanOrEqual(6);
  });

  it('take a refusal for five minutes as the answer, and judge by objects alone', async () => {
    let now = 0;
    const noLogs = { verbs: ['get'], groups: [''], resources: ['pods/log'] };
    const { reader, requests, fault, until, cluster } = await desk(
      { as: except(everything(), [noLogs]) },
      () => now,
    );
    fault('coredns-loop');
    await until('crashes', ({ root }) => root?.layer === 'dns' && root.problem === 'crashing');
    // The two pods need not crash at the same time.
    while (cluster.snapshot().logs.length < 2) await reader.round();
    const once = requests();
    expect(cluster.snapshot().logs.every(one => one.refused === 'rbac' && one.lines.length === 0)).toBe(true);
    now += 240_000;
    await reader.round();
    expect(requests()).toBe(once);
    now += 61_000;
    await reader.round();
    expect(requests()).toBeGreaterThan(once);
    expect((await until('still', ({ root }) => root !== null)).root?.layer).toBe('dns');
  });
});
