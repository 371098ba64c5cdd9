import { describe, expect, onTestFinished, test } from 'vitest';
import { kinds } from '../../src/cluster/kinds.ts';
import { openScene } from '../scenarios/simulated.ts';
import { rbac, rulesIn, witnessed } from './caller-of.ts';

const reading = new Set(['get', 'list', 'watch']);

describe('the observer role', () => {
  test('is enough to watch: nothing is refused, nothing is written, no Secret is asked for', async () => {
    const { caller, requests } = witnessed(rulesIn(rbac('observer')));
    const scene = await openScene({ as: caller });
    onTestFinished(scene.close);
    await scene.cluster.loaded(10_000);
    const seen = await scene.until('judged', ({ verdict }) => verdict === 'healthy');
    expect(seen.layers.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual(
      ['api', 'nodes', 'cni', 'pod-network', 'dns', 'service-discovery', 'flux', 'apps'].map(
        id => `${id} healthy`,
      ),
    );
    scene.cluster.refresh();
    await scene.until('looked again', () => requests.filter(one => one.path === '/readyz').length > 2);

    const asked = requests.filter(one => one.group !== 'authorization.k8s.io');
    expect(asked.length).toBeGreaterThan(50);
    expect(asked.filter(one => !one.allowed)).toEqual([]);
    expect(asked.filter(one => !reading.has(one.verb))).toEqual([]);
    expect(asked.filter(one => one.resource === 'secrets')).toEqual([]);
  });

  test('names a broken CNI as an administrator would', async () => {
    const { caller, requests } = witnessed(rulesIn(rbac('observer')));
    const scene = await openScene({ as: caller });
    onTestFinished(scene.close);
    await scene.until('healthy', ({ verdict }) => verdict === 'healthy');
    const cniGone = scene.simulated.faults.find(one => one.name === 'cni-gone');
    cniGone?.apply(scene.simulated);
    const { root } = await scene.until('the CNI', found => found.root?.layer === 'cni');
    expect(`${root?.problem} ${root?.object?.name}`).toBe('missing cilium');
    expect(requests.filter(one => !one.allowed)).toEqual([]);
  });

  test('without one of its rules exactly that part is refused', async () => {
    const { caller, requests } = witnessed(
      rulesIn(rbac('observer')).map(rule => ({
        ...rule,
        resources: (rule.resources ?? []).filter(resource => resource !== 'daemonsets'),
      })),
    );
    const scene = await openScene({ as: caller });
    onTestFinished(scene.close);
    await scene.cluster.loaded(10_000);
    expect([...new Set(requests.filter(one => !one.allowed).map(one => one.resource))]).toEqual([
      'daemonsets',
    ]);
  });

  test('holds each kind that is watched, but for Secrets', () => {
    const resources = new Set(rulesIn(rbac('observer')).flatMap(rule => rule.resources ?? []));
    const missing = Object.values(kinds).filter(kind => !resources.has(kind.resource));
    expect(missing.map(kind => kind.resource)).toEqual(['secrets']);
  });
});
