import { expect, test } from 'vitest';
import { probeNamespaceObject } from '../../src/probes/needs.ts';
import { probedScene } from '../probes/probed-scene.ts';
import { rbac, rulesIn, witnessed } from './caller-of.ts';

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
  const wrote = requests.filter(one => !['get', 'list', 'watch'].includes(one.verb) && one.group === '');
  expect(new Set(wrote.map(one => `${one.verb} ${one.resource} ${one.namespace}`))).toEqual(
    new Set(['create pods groundup-probe', 'delete pods groundup-probe']),
  );
});
