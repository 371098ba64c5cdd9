import { describe, expect, it, test } from 'vitest';
import { judgeProbes } from '../../src/cluster/judge-probes.ts';
import type { ProbeResult } from '../../src/cluster/probe-results.ts';
import { execInPods } from '../../src/kube/exec.ts';
import { everything, except } from '../../src/simulator/api/access.ts';
import type { Behaviour } from '../../src/simulator/world.ts';
import { type Probed, probedScene } from './probed-scene.ts';

type Exec = Behaviour['exec'];

/** Probes with commands in pods, over the real client, of a cluster in which commands end as told. */
async function asked(scene: Probed, more: Parameters<Probed['probe']>[0] = {}) {
  return await scene.probe({ exec: execInPods(scene.resolved, {}), which: ['P3', 'P4'], ...more });
}

/** Lets agents answer as told; all else as the simulation does. */
function agentsSay({ simulated: { behaviour } }: Probed, say: Exec): void {
  const own = behaviour.exec;
  behaviour.exec = (namespace, pod, container, command) =>
    pod.startsWith('cilium-')
      ? say(namespace, pod, container, command)
      : own(namespace, pod, container, command);
}

const short = (results: readonly ProbeResult[]) =>
  results.map(({ id, ok, node }) => `${id} ${ok} ${node}`).sort();
const only = (results: readonly ProbeResult[], id: string) => results.filter(one => one.id === id);
const agentOn = ({ simulated: { world } }: Probed, node: string): string =>
  world
    .list('/pods', 'kube-system')
    .find(pod => pod.metadata.labels?.['k8s-app'] === 'cilium' && pod.spec.nodeName === node)?.metadata
    .name ?? '';

describe('commands in pods', () => {
  it('are no part of a round unless they were opted in', async () => {
    const scene = await probedScene();
    const ids = async (more: Parameters<Probed['probe']>[0]) =>
      [...new Set((await scene.probe(more)).map(({ id }) => id))].sort();
    expect(await ids({})).toEqual(['P1', 'P6']);
    expect(await ids({ exec: execInPods(scene.resolved, {}) })).toEqual(['P1', 'P3', 'P4', 'P6']);
  });

  it('find names from a controller of Flux, and hear of every agent that it is well', async () => {
    const scene = await probedScene();
    const results = await asked(scene);
    expect(short(only(results, 'P4'))).toEqual(['P4 true k8s-1', 'P4 true k8s-2', 'P4 true k8s-3']);
    expect(only(results, 'P3')).toMatchObject([{ ok: true }]);
    expect(only(results, 'P3')[0]?.message).toMatch(/^flux-system\/\S+-controller-\S+ finds names$/);
    const { evidence } = judgeProbes(results, scene.simulated.clock.now());
    expect(evidence.every(({ works }) => works)).toBe(true);
    expect(new Set(evidence.map(({ layer }) => layer))).toContain('cni');
  });

  it('need no program under its new name', async () => {
    const scene = await probedScene();
    agentsSay(scene, (_namespace, _pod, _container, [program]) =>
      program === 'cilium' ? { output: 'OK\n', exitCode: 0 } : undefined,
    );
    expect(short(only(await asked(scene), 'P4'))).toEqual([
      'P4 true k8s-1',
      'P4 true k8s-2',
      'P4 true k8s-3',
    ]);
  });
});

const nothing: Exec = () => undefined;
const silent: Exec = () => ({ output: '', exitCode: 2 });

describe('what could not be asked is said once, and is no fault of the cluster', () => {
  test.each([
    [
      'where agents have no such program',
      nothing,
      '3 Cilium agents could not be asked: neither cilium-dbg nor cilium is there',
    ],
    ['where agents say nothing', silent, '3 Cilium agents could not be asked: no answer came'],
  ])('%s', async (_where, exec, message) => {
    const scene = await probedScene();
    agentsSay(scene, exec);
    expect(only(await asked(scene), 'P4')).toMatchObject([{ ok: null, target: 'Cilium agents', message }]);
  });

  test('where Cilium does not run, and no image of Flux has a shell', async () => {
    const scene = await probedScene();
    const { world } = scene.simulated;
    for (const resource of ['apps/daemonsets', 'apps/deployments'])
      for (const { metadata } of world.list(resource))
        if (metadata.namespace === 'flux-system' || metadata.name === 'cilium')
          world.remove(resource, metadata.namespace, metadata.name, { grace: 0 });
    await scene.until('no agent and no controller', () => {
      const { streams } = scene.cluster.snapshot();
      const agents = [...streams['pods-system'].items.keys()].filter(key => /\/cilium-\w{5}$/.test(key));
      return agents.length === 0 && streams['pods-flux'].items.size === 0;
    });
    expect((await asked(scene)).map(({ id, ok, message }) => [id, ok, message])).toEqual([
      ['P3', null, 'Flux could not be asked: no controller with a shell runs'],
      ['P4', null, 'Cilium agents could not be asked: none runs'],
    ]);
  });

  test('where it is not allowed, with the verbs and the role', async () => {
    const scene = await probedScene({
      as: except(everything(), [{ verbs: ['get', 'create'], groups: [''], resources: ['pods/exec'] }]),
    });
    const results = await asked(scene);
    const cure = 'groundup manifests rbac prober --probe-exec prints a role that may';
    expect(short(results)).toEqual([`P3 null ${only(results, 'P3')[0]?.node}`, 'P4 null null']);
    expect(only(results, 'P4')[0]?.message).toBe(
      `3 Cilium agents could not be asked: you may not get and create pods/exec in kube-system; ${cure}`,
    );
    expect(only(results, 'P3')[0]?.message).toMatch(
      / could not be asked: you may not get and create pods\/exec in flux-system; groundup manifests /,
    );
    expect(judgeProbes(results, scene.simulated.clock.now()).evidence).toEqual([]);
  });
});

describe('an agent that is not well', () => {
  const error = 'error: kubernetes: Unable to contact k8s api-server';

  it('degrades the CNI, and its pod and node are named', async () => {
    const scene = await probedScene();
    const name = agentOn(scene, 'k8s-2');
    agentsSay(scene, (_namespace, pod) =>
      pod === name ? { output: `${error}\n`, exitCode: 1 } : { output: 'OK\n', exitCode: 0 },
    );
    for (const result of await asked(scene)) scene.cluster.probed(result);
    const { layers } = await scene.until('degraded', ({ layers }) =>
      layers.some(({ id, verdict }) => id === 'cni' && verdict === 'degraded'),
    );
    const cni = layers.find(({ id }) => id === 'cni');
    expect(cni?.findings).toMatchObject([
      {
        problem: 'probe-failed',
        severity: 'warning',
        object: { kind: 'Pod', namespace: 'kube-system', name },
        nodes: ['k8s-2'],
      },
    ]);
    expect(cni?.findings[0]?.message).toBe(
      `the agent kube-system/${name} on k8s-2 says: ${error} (probe P4, just now)`,
    );
  });

  it('speaks for no more than itself, whoever else is not well', async () => {
    const scene = await probedScene();
    agentsSay(scene, () => ({ output: `${error}\n`, exitCode: 1 }));
    for (const result of only(await asked(scene), 'P4')) scene.cluster.probed(result);
    const { layers } = await scene.until('all three are told', ({ layers }) =>
      layers.some(({ id, findings }) => id === 'cni' && findings.length === 3),
    );
    expect(layers.find(({ id }) => id === 'cni')?.verdict).toBe('degraded');
  });
});
