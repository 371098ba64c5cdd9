import { expect, test } from 'vitest';
import { execInPods } from '../../src/kube/exec.ts';
import { probeInPod } from '../../src/probes/debug-probe.ts';
import { execProbeNeeds, podProbeNeeds, probeNamespaceObject, probeNeeds } from '../../src/probes/needs.ts';
import { probedScene } from '../probes/probed-scene.ts';
import { rbac, rbacWith, rulesIn, witnessed } from './caller-of.ts';

test('the prober role is enough for the usual probes, in the namespace that was made for them', async () => {
  const { caller, requests } = witnessed(rulesIn(rbac('observer', 'prober')));
  const scene = await probedScene({ as: caller });
  scene.simulated.world.create('/namespaces', probeNamespaceObject);
  scene.simulated.clock.after(0, () => undefined);
  await scene.until('healthy', ({ verdict }) => verdict === 'healthy');
  const results = await scene.probe();
  expect(results.filter(result => result.ok === true).map(result => result.id)).toContain('P6');
  expect(requests.filter(one => !one.allowed)).toEqual([]);
  expect(scene.left()).toEqual([]);
  expect(scene.leftServices()).toEqual([]);
  const wrote = requests.filter(
    one => !['get', 'list', 'watch'].includes(one.verb) && /^(?:|discovery\.k8s\.io)$/.test(one.group),
  );
  expect(new Set(wrote.map(one => `${one.verb} ${one.resource} ${one.namespace}`))).toEqual(
    new Set(
      ['pods', 'services', 'endpointslices'].flatMap(resource => [
        `create ${resource} groundup-probe`,
        `delete ${resource} groundup-probe`,
      ]),
    ),
  );
});

test('with a namespace named it is enough to probe inside its pods, and nowhere else', async () => {
  const { caller, requests } = witnessed(
    rulesIn(rbacWith(podProbeNeeds('flux-system'), 'observer', 'prober')),
  );
  const scene = await probedScene({ as: caller });
  const probed = (namespace: string) => {
    const name = scene.simulated.world.list('/pods', namespace)[0]?.metadata.name ?? '';
    const options = { signal: AbortSignal.timeout(15_000), now: scene.simulated.clock.now };
    const limits = { pod: 8_000, podWithPull: 8_000, look: 20 };
    return probeInPod(scene.cluster, scene.cluster.snapshot(), { namespace, name }, { ...options, limits });
  };
  expect(await probed('flux-system')).toMatchObject({ ok: true, result: { ok: true } });
  expect(await probed('kube-system')).toMatchObject({
    ok: false,
    refusal: expect.stringContaining('you may not patch pods/ephemeralcontainers in kube-system'),
  });
  const wrote = requests.filter(one => !['get', 'list', 'watch'].includes(one.verb) && one.group === '');
  expect(wrote.map(one => `${one.verb} ${one.resource}/${one.subresource} ${one.namespace}`)).toEqual([
    'patch pods/ephemeralcontainers flux-system',
  ]);
  expect(requests.filter(one => !one.allowed)).toEqual([]);
});

test('with commands in pods it is enough to run them where Flux and the CNI live, and the usual role is not', async () => {
  const byExec = [...probeNeeds, ...execProbeNeeds('flux-system', 'kube-system')];
  for (const [needs, ok] of [
    [byExec, true],
    [probeNeeds, null],
  ] as const) {
    const { caller, requests } = witnessed(rulesIn(rbacWith(needs, 'observer', 'prober')));
    const scene = await probedScene({ as: caller });
    const results = await scene.probe({ which: ['P3', 'P4'], exec: execInPods(scene.resolved, {}) });
    expect(new Set(results.map(result => `${result.id} ${result.ok}`))).toEqual(
      new Set([`P3 ${ok}`, `P4 ${ok}`]),
    );
    const execs = requests.filter(one => one.subresource === 'exec');
    expect(new Set(execs.map(one => `${one.verb} ${one.resource} ${one.namespace} ${one.allowed}`))).toEqual(
      new Set([`get pods kube-system ${ok === true}`, `get pods flux-system ${ok === true}`]),
    );
  }
});
