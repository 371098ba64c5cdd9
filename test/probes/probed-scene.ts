import { onTestFinished } from 'vitest';
import type { ProbeResult } from '../../src/cluster/probe-results.ts';
import type { ProbeOptions } from '../../src/probes/probe-options.ts';
import { runProbes } from '../../src/probes/run-probes.ts';
import { openScene, type Scene } from '../scenarios/simulated.ts';

/** Real milliseconds; the cluster lives forty times as fast. */
const limits = { sandbox: 1_500, pod: 4_000, podWithPull: 4_000, look: 20, namespace: 200 };

export interface Probed extends Scene {
  readonly probe: (options?: Partial<ProbeOptions>) => Promise<readonly ProbeResult[]>;
  /** The same, one result at a time. */
  readonly probing: (options?: Partial<ProbeOptions>) => AsyncGenerator<ProbeResult, void, void>;
  /** Names of all probe pods that exist now. */
  readonly left: () => readonly string[];
  /** Names of all Services and of what they lead to that probes made and that exist now. */
  readonly leftServices: () => readonly string[];
}

/** A simulated cluster, loaded. */
export async function probedScene(options: Parameters<typeof openScene>[0] = {}): Promise<Probed> {
  const scene = await openScene({ speed: 40, ...options });
  onTestFinished(scene.close);
  await scene.cluster.loaded(5_000);
  const { cluster, simulated } = scene;
  const probing: Probed['probing'] = given =>
    runProbes(cluster, cluster.snapshot(), {
      signal: AbortSignal.timeout(15_000),
      now: simulated.clock.now,
      ...given,
      limits: { ...limits, ...given?.limits },
    });
  return {
    ...scene,
    probing,
    probe: async given => {
      const results: ProbeResult[] = [];
      for await (const result of probing(given)) results.push(result);
      return results;
    },
    left: () =>
      simulated.world
        .list('/pods')
        .map(pod => pod.metadata.name as string)
        .filter(name => name.startsWith('groundup-probe-')),
    leftServices: () =>
      ['/services', 'discovery.k8s.io/endpointslices'].flatMap(resource =>
        simulated.world
          .list(resource)
          .map(one => `${resource} ${one.metadata.name}`)
          .filter(name => name.includes(' groundup-probe-')),
      ),
  };
}
