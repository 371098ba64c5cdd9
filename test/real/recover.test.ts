import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Root } from '../../src/diagnosis/diagnosis.ts';
import { bestRemedy } from '../../src/recovery/offer.ts';
import type { Run } from '../../src/runs/run.ts';
import { openRepairBench, type RepairBench } from '../support/repair-bench.ts';
import { ageLock, environment, isRunning, repository, script } from './real-cluster.ts';

const SETTLED_MS = 10_000;
const RUN_MS = 300_000;

describe.skipIf(!isRunning())('headless on a real cluster', () => {
  const env = isRunning() ? environment() : {};
  let bench: RepairBench;

  beforeAll(async () => {
    script('fix.sh');
    bench = await openRepairBench({
      env,
      cwd: repository,
      stateDir: join(env.XDG_STATE_HOME ?? '', 'groundup'),
    });
    await green();
  });
  afterAll(async () => {
    await bench?.close();
    script('fix.sh');
  });

  /** Restarts are told for a while after their cause is gone. */
  const green = () =>
    bench.until(
      'green again',
      ({ diagnosis: { root, layers } }) =>
        (root === null || root.problem === 'restarting') &&
        layers.every(layer => layer.verdict !== 'down' && layer.verdict !== 'blocked'),
      180_000,
    );

  /** A root that stays the same for a while: the cause, not the first symptom. */
  async function cause(layer: Root['layer']): Promise<Root> {
    let seen = '';
    let since = 0;
    const settled = await bench.until(
      `a cause in ${layer}`,
      ({ diagnosis: { root } }) => {
        const now = JSON.stringify([root?.layer, root?.problem, root?.object]);
        if (now !== seen) since = performance.now();
        seen = now;
        return root?.layer === layer && performance.now() - since > SETTLED_MS;
      },
      120_000,
    );
    return settled.diagnosis.root as Root;
  }

  /** The best remedy, and after its failure the next one, until one succeeds. */
  async function repair(): Promise<readonly Run[]> {
    const runs: Run[] = [];
    for (let attempt = 0; attempt < 3 && runs.at(-1)?.state !== 'succeeded'; attempt++) {
      const now = bench.bench();
      const remedy = now.diagnosis.root === null ? null : bestRemedy(now.diagnosis.root, now);
      expect(remedy?.blockedBy).toBeNull();
      if (remedy !== null) runs.push(await bench.perform(remedy.plan, RUN_MS));
    }
    return runs;
  }

  it.each<[string, Root['layer'], string, readonly string[]]>([
    ['coredns-zero', 'dns', 'scaled-to-zero coredns', ['scale-coredns']],
    ['coredns-crash', 'dns', 'crashing coredns', ['sync-release']],
    ['kubedns-svc-gone', 'service-discovery', 'missing kube-dns', ['sync-release']],
    ['cilium-gone', 'cni', 'missing cilium', ['sync-release']],
    // The operator of this cluster is a stand-in that reacts to nothing: asking it fails, and the sync comes next.
    ['flux-gone', 'flux', 'missing source-controller', ['reconcile', 'sync-release']],
    ['helm-pending', 'apps', 'release-pending spegel', ['clear-helm-lock']],
  ])(
    '%s is named, repaired by the best remedy, and proven',
    async (fault, layer, told, actions) => {
      script('break.sh', fault);
      if (fault === 'helm-pending') ageLock(env, 'spegel');
      const root = await cause(layer);
      expect(`${root.problem} ${root.object?.name}`).toBe(told);
      const runs = await repair();
      expect(runs.map(run => run.plan.action)).toEqual(actions);
      expect([runs.at(-1)?.state, runs.at(-1)?.failure]).toEqual(['succeeded', null]);
      expect(runs.at(-1)?.lines.some(line => line.text.startsWith('$ '))).toBe(true);
      await green();
    },
    480_000,
  );
});
