import { describe, expect, it } from 'vitest';
import { judgeProbes } from '../../src/cluster/judge-probes.ts';
import type { ProbeResult } from '../../src/cluster/probe-results.ts';
import { sweepProbes } from '../../src/probes/sweep.ts';
import { targetsIn } from '../../src/probes/targets.ts';
import { everything, except } from '../../src/simulator/api/access.ts';
import { type Probed, probedScene } from './probed-scene.ts';

const short = (results: readonly ProbeResult[]) =>
  results.map(({ id, target, ok, stage }) => [id, target, ok, stage].join(' ')).sort();
const pods = { which: ['P6'] } as const;

function applied({ simulated }: Probed, name: string): void {
  const fault = simulated.faults.find(one => one.name === name);
  if (fault === undefined) throw new Error(`no fault ${name}`);
  fault.apply(simulated);
}

describe('probes on a sound cluster', () => {
  it('reach CoreDNS, and get a network and names on every node', async () => {
    const scene = await probedScene();
    const results = await scene.probe({ which: ['P1', 'P6'] });
    expect(short(results.filter(({ id }) => id === 'P6'))).toEqual([
      'P6 k8s-1 true answered',
      'P6 k8s-2 true answered',
      'P6 k8s-3 true answered',
    ]);
    expect(results.filter(({ id }) => id === 'P1').map(({ ok }) => ok)).toEqual([true, true]);
    const { evidence } = judgeProbes(results, scene.simulated.clock.now());
    expect(evidence.every(({ works }) => works)).toBe(true);
    expect(new Set(evidence.map(({ layer }) => layer))).toEqual(
      new Set(['cni', 'pod-network', 'dns', 'service-discovery']),
    );
  });

  it('leave no pod behind', async () => {
    const scene = await probedScene();
    await scene.probe(pods);
    expect(scene.left()).toEqual([]);
  });

  it('ask one node when told so, and not again within a minute', async () => {
    const scene = await probedScene();
    const earlier = await scene.probe({ ...pods, nodes: ['k8s-2'] });
    expect(short(earlier)).toEqual(['P6 k8s-2 true answered']);
    const limits = { again: 3_600_000 };
    expect(await scene.probe({ ...pods, nodes: ['k8s-2'], earlier, limits })).toEqual(earlier);
  });

  it('say that there is nobody to ask where CoreDNS does not run', async () => {
    const scene = await probedScene();
    applied(scene, 'coredns-zero');
    await until(() => targetsIn(scene.cluster.snapshot()).dnsPods.length === 0);
    const results = await scene.probe({ which: ['P1'] });
    expect(results).toMatchObject([
      { target: 'CoreDNS', ok: null, message: 'no CoreDNS pod runs that could be asked' },
    ]);
  });
});

describe('a Service that is younger than the probe', () => {
  const cniWords = (results: readonly ProbeResult[], now: number) =>
    judgeProbes(results, now).evidence.filter(({ layer }) => layer === 'cni');

  it('is reached from every node of a sound cluster, and removed', async () => {
    const scene = await probedScene();
    const results = await scene.probe(pods);
    expect(
      cniWords(results, scene.simulated.clock.now()).map(({ works, node }) => `${node} ${works}`),
    ).toEqual(['k8s-1 true', 'k8s-2 true', 'k8s-3 true']);
    expect(scene.leftServices()).toEqual([]);
  });

  it('is not reached where a hanging service proxy leaves everything old working', async () => {
    const scene = await probedScene();
    const { switches, clock } = scene.simulated;
    switches.hungServiceProxies.set('k8s-2', clock.now());
    const results = await scene.probe(pods);
    expect(short(results)).toContain('P6 k8s-2 false answered');
    const words = cniWords(results, clock.now());
    expect(words.map(({ works, node }) => `${node} ${works}`)).toEqual([
      'k8s-1 true',
      'k8s-2 false',
      'k8s-3 true',
    ]);
    expect(words[1]?.message).toMatch(
      /^pods on k8s-2 do not reach a Service made just now \(10\.[\d.]+:53: .+\), though CoreDNS behind it answers them/,
    );
    expect(scene.leftServices()).toEqual([]);
  });

  it('is not tried, and that is said, where it may not be made', async () => {
    const scene = await probedScene({
      as: except(everything(), [{ verbs: ['create'], groups: [''], resources: ['services'] }]),
    });
    const results = await scene.probe({ ...pods, nodes: ['k8s-1'] });
    expect(short(results)).toEqual(['P6 k8s-1 true answered']);
    expect(results[0]?.evidence.at(-1)).toMatch(/^a new Service was not tried: .*services/);
    expect(cniWords(results, scene.simulated.clock.now())).toEqual([]);
  });

  it('leaves nothing behind when only its endpoints may not be written', async () => {
    const scene = await probedScene({
      as: except(everything(), [
        { verbs: ['create'], groups: ['discovery.k8s.io'], resources: ['endpointslices'] },
      ]),
    });
    const results = await scene.probe({ ...pods, nodes: ['k8s-1'] });
    expect(results[0]?.evidence.at(-1)).toMatch(/^a new Service was not tried: .*endpointslices/);
    expect(scene.leftServices()).toEqual([]);
  });
});

describe('a pod on a broken cluster', () => {
  it('stops at the sandbox when the CNI is gone, with the words of the plugin', async () => {
    const scene = await probedScene();
    applied(scene, 'cni-gone');
    const results = await scene.probe(pods);
    expect(short(results)).toEqual([
      'P6 k8s-1 false scheduled',
      'P6 k8s-2 false scheduled',
      'P6 k8s-3 false scheduled',
    ]);
    expect(results[0]?.message).toMatch(/^a pod on k8s-\d got no network within 1.5 s: .*(cilium|cni)/i);
    const { evidence } = judgeProbes(results, scene.simulated.clock.now());
    expect(evidence.map(({ layer, works }) => `${layer} ${works}`)).toEqual(
      Array(3).fill('pod-network false'),
    );
    expect(scene.left()).toEqual([]);
  });

  it('proves the network though its image cannot be pulled', async () => {
    const scene = await probedScene();
    scene.simulated.switches.missingImages.add('registry.example/none:1');
    const results = await scene.probe({ ...pods, nodes: ['k8s-1'], image: 'registry.example/none:1' });
    expect(results).toMatchObject([{ ok: null, stage: 'sandbox' }]);
    expect(results[0]?.message).toMatch(
      /got its network but does not start: (ErrImagePull|ImagePullBackOff): /,
    );
    expect(judgeProbes(results, scene.simulated.clock.now()).evidence).toMatchObject([
      { layer: 'pod-network', works: true, node: 'k8s-1' },
    ]);
  });

  it('tells a missing Service from CoreDNS, which answers at its pods', async () => {
    const scene = await probedScene();
    applied(scene, 'dns-service-gone');
    await scene.until('no Service', ({ layers }) =>
      layers.some(({ id, verdict }) => id === 'service-discovery' && verdict === 'down'),
    );
    const results = await scene.probe({ ...pods, nodes: ['k8s-1'] });
    const words = judgeProbes(results, scene.simulated.clock.now()).evidence.map(
      ({ layer, works }) => `${layer} ${works}`,
    );
    expect(words).toEqual(['pod-network true', 'dns true', 'service-discovery false', 'cni true']);
  });

  it('says that a kubelet is idle, not that the network is down', async () => {
    const scene = await probedScene();
    scene.simulated.switches.stoppedKubelets.add('k8s-3');
    const results = await scene.probe({ ...pods, nodes: ['k8s-3'] });
    expect(results).toMatchObject([{ ok: false, stage: 'created' }]);
    expect(judgeProbes(results, scene.simulated.clock.now()).evidence).toEqual([]);
  });
});

describe('what a probe leaves', () => {
  it('is nothing when it is stopped half-way', async () => {
    const scene = await probedScene();
    applied(scene, 'cni-gone');
    const stop = new AbortController();
    const running = scene.probe({ ...pods, signal: stop.signal });
    await until(() => scene.left().length === 3);
    expect(scene.leftServices()).not.toEqual([]);
    stop.abort();
    expect(await running).toEqual([]);
    expect([...scene.left(), ...scene.leftServices()]).toEqual([]);
  });

  it('is nothing when nobody reads on', async () => {
    const scene = await probedScene();
    for await (const one of scene.probing(pods)) {
      expect(one.id).toBe('P6');
      break;
    }
    expect(scene.left()).toEqual([]);
  });

  it('is nothing when it was stopped before it began', async () => {
    const scene = await probedScene();
    expect(await scene.probe({ signal: AbortSignal.abort() })).toEqual([]);
    expect(scene.left()).toEqual([]);
  });

  it('is swept by the next, when its process was killed; a younger one keeps its node', async () => {
    const scene = await probedScene();
    const { world, clock } = scene.simulated;
    const pod = (name: string, nodeName: string, age: number) =>
      world.create('/pods', {
        metadata: {
          name,
          namespace: 'default',
          labels: { 'app.kubernetes.io/managed-by': 'groundup', 'groundup.dev/probe': 'x' },
          creationTimestamp: new Date(clock.now() - age).toISOString(),
        },
        spec: { nodeName, containers: [{ name: 'probe', image: 'docker.io/library/busybox:1.36' }] },
      });
    pod('groundup-probe-old', 'k8s-1', 301_000);
    pod('groundup-probe-young', 'k8s-2', 10_000);
    world.create('/namespaces', { metadata: { name: 'groundup-probe' } });
    const service = (name: string, age: number) =>
      world.create('/services', {
        metadata: {
          name,
          namespace: 'groundup-probe',
          labels: { 'app.kubernetes.io/managed-by': 'groundup', 'groundup.dev/probe': 'x' },
          creationTimestamp: new Date(clock.now() - age).toISOString(),
        },
        spec: { ports: [{ port: 53 }] },
      });
    service('groundup-probe-old', 301_000);
    service('groundup-probe-young', 10_000);
    const swept = await sweepProbes(scene.cluster, clock.now());
    expect(scene.leftServices()).toEqual(['/services groundup-probe-young']);
    expect(swept).toEqual({ removed: 1, busy: new Set(['k8s-2']) });
    expect(scene.left()).toEqual(['groundup-probe-young']);
  });
});

describe('where a probe pod goes', () => {
  it('is a namespace of its own, with the strictest pod security', async () => {
    const scene = await probedScene();
    const { world } = scene.simulated;
    const stop = world.subscribe(event => {
      const { name } = event.object.metadata;
      if (event.resource === '/namespaces' && event.type === 'ADDED')
        world.create('/serviceaccounts', { metadata: { name: 'default', namespace: name } });
    });
    const namespaces = new Set<string>();
    const stopPods = world.subscribe(event => {
      if (event.resource === '/pods' && event.object.metadata.name.startsWith('groundup-probe-'))
        namespaces.add(event.object.metadata.namespace ?? '');
    });
    await scene.probe({ ...pods, nodes: ['k8s-1'] });
    stop();
    stopPods();
    expect([...namespaces]).toEqual(['groundup-probe']);
    expect(world.get('/namespaces', undefined, 'groundup-probe')?.metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
    });
  });

  it('is "default" for someone who may not create namespaces', async () => {
    const scene = await probedScene({
      as: except(everything(), [{ verbs: ['create'], groups: [''], resources: ['namespaces'] }]),
    });
    expect(short(await scene.probe({ ...pods, nodes: ['k8s-1'] }))).toEqual(['P6 k8s-1 true answered']);
    expect(scene.simulated.world.get('/namespaces', undefined, 'groundup-probe')).toBeUndefined();
  });

  it('is nowhere for someone who may not create pods, which is no fault of the cluster', async () => {
    const scene = await probedScene({
      as: except(everything(), [{ verbs: ['create'], groups: [''], resources: ['pods'] }]),
    });
    const results = await scene.probe({ ...pods, nodes: ['k8s-1'] });
    expect(results).toMatchObject([{ ok: null }]);
    expect(results[0]?.message).toMatch(/^no probe pod could be created for k8s-1: .*may not create pods/);
    expect(judgeProbes(results, scene.simulated.clock.now()).evidence).toEqual([]);
  });
});

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error('did not happen within 5 s');
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}
