import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeProbes } from '../../src/cluster/judge-probes.ts';
import type { ProbeResult } from '../../src/cluster/probe-results.ts';
import { execInPods } from '../../src/kube/exec.ts';
import { loadKubeconfig, type ResolvedKubeconfig } from '../../src/kube/kubeconfig.ts';
import { type Cluster, openCluster } from '../../src/kube/open-cluster.ts';
import { portForwarding } from '../../src/kube/port-forward.ts';
import type { ProbeOptions } from '../../src/probes/probe-options.ts';
import { runProbes } from '../../src/probes/run-probes.ts';
import { environment, isRunning, script } from './real-cluster.ts';

describe.skipIf(!isRunning())('probes on a real cluster', () => {
  const env = isRunning() ? environment() : {};
  let resolved: ResolvedKubeconfig;
  let cluster: Cluster;

  beforeAll(async () => {
    script('fix.sh');
    const loaded = loadKubeconfig({ env });
    if (!loaded.ok) throw new Error(loaded.error.message);
    resolved = loaded.value;
    cluster = openCluster({ resolved });
    await cluster.loaded(30_000);
  });
  afterAll(async () => {
    script('fix.sh');
    await cluster.request('DELETE', '/api/v1/namespaces/groundup-probe', { deadlineMs: 10_000 });
    await cluster.close();
  });

  const now = () => cluster.snapshot().now;
  const probe = async (options: Partial<ProbeOptions> = {}): Promise<readonly ProbeResult[]> => {
    const results: ProbeResult[] = [];
    const forward = portForwarding(resolved, env);
    const exec = execInPods(resolved, env);
    const asked = { signal: AbortSignal.timeout(120_000), now, forward, exec, ...options };
    for await (const result of runProbes(cluster, cluster.snapshot(), asked)) results.push(result);
    return results;
  };
  const words = (results: readonly ProbeResult[]) =>
    new Set(judgeProbes(results, now()).evidence.map(({ layer, works }) => `${layer} ${works}`));
  const isNotReady = (): boolean =>
    [...cluster.snapshot().streams.nodes.items.values()].some(({ status }) =>
      status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'False'),
    );
  const left = async (): Promise<number> => {
    const query = { labelSelector: 'app.kubernetes.io/managed-by=groundup,groundup.dev/probe' };
    const answer = await cluster.request('GET', '/api/v1/pods', { query });
    if (!answer.ok) throw new Error(answer.message);
    return (answer.json as { readonly items: readonly unknown[] }).items.length;
  };

  it('reach CoreDNS through the API server, and hear it answer through a port-forward', async () => {
    const results = await probe({ which: ['P1', 'P2'] });
    expect(results.length).toBeGreaterThanOrEqual(4);
    expect(results.map(({ id, ok, message }) => [id, ok, message])).toEqual(
      results.map(({ id, message }) => [id, true, message]),
    );
    const [missing] = results.filter(({ id }) => id === 'P2').map(({ answers }) => answers[1]);
    expect(missing).toMatchObject({ question: 'missing-name', said: 'NXDOMAIN' });
    expect(words(results)).toEqual(new Set(['pod-network true', 'dns true']));
  });

  it('create a pod, hear names from inside it, and remove it', async () => {
    const results = await probe({ which: ['P6'] });
    expect(results).toMatchObject([{ ok: true, stage: 'answered' }]);
    expect(results[0]?.answers.filter(({ outcome }) => outcome !== 'answered')).toEqual([]);
    expect(words(results)).toEqual(
      new Set(['cni true', 'pod-network true', 'dns true', 'service-discovery true']),
    );
    expect(await left()).toBe(0);
  });

  it('hear the same in a pod that runs already', async () => {
    const results = await probe({ which: ['P3'] });
    expect(results).toMatchObject([{ ok: true }]);
  });

  it('say at which stage a pod stopped when the CNI is gone, and still hear CoreDNS by port-forward', async () => {
    script('break.sh', 'cilium-gone');
    await until(isNotReady);
    const results = await probe({ which: ['P2', 'P6'] });
    expect(results.find(({ id }) => id === 'P6')).toMatchObject({ ok: false, stage: 'scheduled' });
    expect(results.find(({ id }) => id === 'P6')?.message).toMatch(
      /got no network within 20 s: .*(?:cni|network)/i,
    );
    expect(words(results)).toEqual(new Set(['dns true', 'pod-network false']));
    expect(await left()).toBe(0);
    script('fix.sh');
  });
});

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error('did not happen within 60 s');
    await new Promise(resolve => setTimeout(resolve, 200));
  }
}
