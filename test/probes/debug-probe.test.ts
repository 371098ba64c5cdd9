import { describe, expect, it } from 'vitest';
import { judgeProbes } from '../../src/cluster/judge-probes.ts';
import { debugName } from '../../src/probes/debug-container.ts';
import {
  type DebugOptions,
  type DebugProbe,
  type PodName,
  probeInPod,
} from '../../src/probes/debug-probe.ts';
import { targetsIn } from '../../src/probes/targets.ts';
import { everything, except } from '../../src/simulator/api/access.ts';
import type { Json } from '../../src/simulator/world.ts';
import { type Probed, probedScene } from './probed-scene.ts';

/** Real milliseconds; the cluster lives forty times as fast. */
const limits = { pod: 8_000, podWithPull: 8_000, look: 20 };

/** A controller of Flux: a running pod that uses the resolver of the cluster. */
function someone({ simulated }: Probed): PodName {
  const [pod] = simulated.world.list('/pods', 'flux-system').filter(one => one.status.phase === 'Running');
  if (pod === undefined) throw new Error('no pod of Flux runs');
  return { namespace: 'flux-system', name: pod.metadata.name };
}

async function probe(scene: Probed, pod: PodName, more: Partial<DebugOptions> = {}): Promise<DebugProbe> {
  const { cluster, simulated } = scene;
  const signal = AbortSignal.timeout(15_000);
  return await probeInPod(cluster, cluster.snapshot(), pod, {
    signal,
    now: simulated.clock.now,
    limits,
    ...more,
  });
}

const added = ({ simulated }: Probed, { namespace, name }: PodName): readonly Json[] =>
  simulated.world.get('/pods', namespace, name)?.spec.ephemeralContainers ?? [];

/** The evidence in short, and whether all of it names the pod. */
function words(scene: Probed, probed: DebugProbe): readonly string[] {
  if (!probed.ok) return [`refused: ${probed.refusal}`];
  const { evidence } = judgeProbes([probed.result], scene.simulated.clock.now());
  for (const one of evidence) expect(one).toMatchObject({ probe: 'P5', target: probed.result.target });
  return evidence.map(({ layer, works }) => `${layer} ${works}`);
}

/** Broken, and so far that no CoreDNS pod is left that could be asked. */
async function broken(fault: string): Promise<Probed> {
  const scene = await probedScene();
  scene.simulated.faults.find(one => one.name === fault)?.apply(scene.simulated);
  await scene.until(
    fault,
    ({ verdict }) => verdict === 'down' && targetsIn(scene.cluster.snapshot()).dnsPods.length === 0,
  );
  return scene;
}

describe('a container in a pod that runs', () => {
  it('finds names on a sound cluster, and names pod and node', async () => {
    const scene = await probedScene();
    const pod = someone(scene);
    const probed = await probe(scene, pod);
    const target = `${pod.namespace}/${pod.name}`;
    const node = scene.simulated.world.get('/pods', pod.namespace, pod.name)?.spec.nodeName;
    expect(probed).toMatchObject({ ok: true, result: { id: 'P5', target, node, ok: true } });
    expect(words(scene, probed)).toEqual(['dns true', 'service-discovery true']);
    expect(added(scene, pod)).toMatchObject([
      {
        name: expect.stringMatching(/^groundup-probe-[a-z0-9]{6}-[0-9a-f]{6}$/),
        securityContext: {
          runAsNonRoot: true,
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
          seccompProfile: { type: 'RuntimeDefault' },
        },
      },
    ]);
    expect(added(scene, pod)[0]).not.toHaveProperty('resources');
  });

  it('still finds names when only new pods get no network', async () => {
    const scene = await probedScene();
    scene.simulated.faults.find(one => one.name === 'cni-latent')?.apply(scene.simulated);
    await scene.until('latent', ({ root }) => root?.layer === 'cni');
    expect(words(scene, await probe(scene, someone(scene)))).toEqual(['dns true', 'service-discovery true']);
  });

  it.each(['cni-gone', 'coredns-zero'])('finds none once CoreDNS is gone: %s', async fault => {
    const scene = await broken(fault);
    const probed = await probe(scene, someone(scene));
    expect(probed).toMatchObject({ ok: true, result: { ok: false } });
    expect(words(scene, probed)).toEqual(['service-discovery false']);
  });

  it('does not ask the resolver of a pod that has that of its node', async () => {
    const scene = await probedScene();
    const [agent] = scene.simulated.world
      .list('/pods', 'kube-system')
      .filter(one => one.metadata.labels?.['k8s-app'] === 'cilium');
    const probed = await probe(scene, { namespace: 'kube-system', name: agent?.metadata.name ?? '' });
    const questions = probed.ok ? probed.result.answers.map(({ question }) => question) : [];
    expect(questions).toContain('name-by-service');
    expect(questions).not.toContain('name-by-resolver');
  });

  it('says nothing of the network when its image cannot be pulled, and that it stays', async () => {
    const scene = await probedScene();
    scene.simulated.switches.missingImages.add('registry.example/none:1');
    const probed = await probe(scene, someone(scene), { image: 'registry.example/none:1' });
    expect(probed).toMatchObject({ ok: true, result: { ok: null } });
    expect(probed.ok && probed.result.message).toMatch(/ErrImagePull: .*; its container \S+ stays until/);
    expect(words(scene, probed)).toEqual([]);
  });

  it('ends by its deadline when the kubelet is idle', async () => {
    const scene = await probedScene();
    const pod = someone(scene);
    const node = scene.simulated.world.get('/pods', pod.namespace, pod.name)?.spec.nodeName;
    scene.simulated.switches.stoppedKubelets.add(node);
    const probed = await probe(scene, pod, { limits: { ...limits, pod: 200, podWithPull: 200 } });
    expect(probed).toMatchObject({ ok: true, result: { ok: null } });
    expect(probed.ok && probed.result.message).toMatch(/started no container/);
  });
});

describe('no container is added', () => {
  it('to a pod that is not there', async () => {
    const scene = await probedScene();
    const probed = await probe(scene, { namespace: 'media', name: 'nobody' });
    expect(probed).toEqual({ ok: false, refusal: 'there is no pod media/nobody' });
  });

  it('to a pod that does not run', async () => {
    const scene = await probedScene();
    scene.simulated.world.create('/pods', {
      metadata: { name: 'waits', namespace: 'default' },
      spec: { nodeName: 'no-such-node', containers: [{ name: 'one', image: 'example.test/one:1' }] },
      status: { phase: 'Pending' },
    });
    const probed = await probe(scene, { namespace: 'default', name: 'waits' });
    expect(probed).toEqual({ ok: false, refusal: 'default/waits does not run (Pending)' });
  });

  it.each([
    ['patch', 'pods/ephemeralcontainers'],
    ['get', 'pods/log'],
  ])('by someone who may not %s %s', async (verb, resource) => {
    const as = except(everything(), [{ verbs: [verb], groups: [''], resources: [resource] }]);
    const scene = await probedScene({ as });
    const pod = someone(scene);
    const probed = await probe(scene, pod);
    expect(probed).toMatchObject({
      ok: false,
      refusal: expect.stringMatching(`^you may not ${verb} ${resource} in flux-system; groundup manifests`),
    });
    expect(added(scene, pod)).toEqual([]);
  });

  it('within a minute of the one before, whoever added that', async () => {
    const scene = await probedScene();
    const pod = someone(scene);
    const at = Math.floor(scene.simulated.clock.now() / 1_000) * 1_000;
    scene.simulated.world.update('/pods', pod.namespace, pod.name, draft => {
      draft.spec.ephemeralContainers = [{ name: debugName(at), image: 'example.test/one:1' }];
    });
    const soon = await probe(scene, pod, { now: () => at + 59_000 });
    expect(soon).toMatchObject({
      ok: false,
      refusal: expect.stringContaining('was probed 59 s ago'),
    });
    expect(added(scene, pod)).toHaveLength(1);
    expect(await probe(scene, pod, { now: () => at + 60_000 })).toMatchObject({ ok: true });
    expect(added(scene, pod)).toHaveLength(2);
  });
});
