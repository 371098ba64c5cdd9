import { onTestFinished } from 'vitest';
import type { ProbeResult } from '../../src/cluster/probe-results.ts';
import type { ProbeOptions } from '../../src/probes/probe-options.ts';
import { runProbes } from '../../src/probes/run-probes.ts';
import { askDns } from '../../src/simulator/controllers/coredns.ts';
import { nslookup } from '../../src/simulator/controllers/kubelet-process.ts';
import { openScene, type Scene } from '../scenarios/simulated.ts';

/** Real milliseconds; the cluster lives forty times as fast. */
const limits = { sandbox: 1_500, pod: 4_000, podWithPull: 4_000, look: 20, namespace: 200 };

export interface Probed extends Scene {
  readonly probe: (options?: Partial<ProbeOptions>) => Promise<readonly ProbeResult[]>;
  /** The same, one result at a time. */
  readonly probing: (options?: Partial<ProbeOptions>) => AsyncGenerator<ProbeResult, void, void>;
  /** Names of all probe pods that exist now. */
  readonly left: () => readonly string[];
}

/** A simulated cluster, loaded, whose probe pods run their whole script. */
export async function probedScene(options: Parameters<typeof openScene>[0] = {}): Promise<Probed> {
  const scene = await openScene({ speed: 40, ...options });
  onTestFinished(scene.close);
  await scene.cluster.loaded(5_000);
  playScripts(scene);
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
  };
}

/** The simulated kubelet runs lookups only; here the rest of a script is played as well. */
function playScripts({ simulated }: Scene): void {
  const { behaviour, world } = simulated;
  const read = behaviour.logs.get.bind(behaviour.logs);
  behaviour.logs.get = key => {
    const [namespace, name = ''] = key.split('/');
    const pod = world.get('/pods', namespace, name);
    const script: unknown = pod?.spec.containers[0].command?.[2];
    return read(key) && name.startsWith('groundup-probe-') && typeof script === 'string'
      ? play(simulated, script)
      : read(key);
  };
}

function play(life: Scene['simulated'], script: string): string[] {
  const out: string[] = [];
  let exit = 0;
  for (const line of script.split('\n')) {
    const [tool, ...words] = line.split(' ');
    if (tool === 'echo') out.push(words.join(' ').replace('$?', String(exit)));
    if (tool === 'grep') out.push('nameserver 10.43.0.10');
    if (tool === 'nslookup') {
      const result = nslookup(life, words[0] ?? '', words[1] ?? '10.43.0.10');
      out.push(...result.lines);
      exit = result.exitCode;
    }
    if (tool === 'nc') exit = words[3] === '443' || askDns(life, words[2] ?? '') === 'answer' ? 0 : 1;
  }
  return out;
}
