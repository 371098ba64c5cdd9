import { describe, expect, test } from 'vitest';
import { kinds } from '../../src/cluster/kinds.ts';
import { actionPermissions } from '../../src/recovery/action-permissions.ts';
import { actions } from '../../src/recovery/actions/index.ts';
import type { Need } from '../../src/recovery/plan.ts';
import { field } from '../../src/text/field.ts';
import { ago } from '../support/snapshot.ts';
import { type BenchGiven, benchOf, workshop } from './bench.ts';

const named = (name: string, namespace?: string, more: object = {}) => ({
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  ...more,
});
const hook = { webhooks: [{ name: 'a.b', failurePolicy: 'Fail' }] };
const fluxIds = [
  'kustomizations',
  'helmreleases',
  'gitrepositories',
  'ocirepositories',
  'helmrepositories',
  'helmcharts',
  'buckets',
] as const;
const flux = (suspend: boolean) =>
  Object.fromEntries(fluxIds.map(id => [id, [named('one', 'media', { spec: { suspend } })]]));

/** One of everything that an action can be about. */
const given = (suspend: boolean): BenchGiven => ({
  objects: {
    ...flux(suspend),
    fluxinstances: [named('flux', 'flux-system')],
    'deployments-system': [named('coredns', 'kube-system', { spec: { replicas: 0 } })],
    'deployments-flux': [named('source-controller', 'flux-system')],
    daemonsets: [named('cilium', 'kube-system')],
    nodes: [
      named('k8s-1', undefined, {
        spec: {
          unschedulable: true,
          taints: [{ key: 'node.cilium.io/agent-not-ready', effect: 'NoSchedule' }],
        },
      }),
    ],
    'pods-pending': [named('stuck', 'media', { status: { phase: 'Pending', startTime: ago(600) } })],
    'validating-webhooks': [named('guard', undefined, hook)],
    'mutating-webhooks': [named('changer', undefined, hook)],
  },
});

/** Everything that plans of an action need, with and without the flux command. */
function needsOfAll(id: string): readonly Need[] {
  const action = actions.find(one => one.id === id);
  const tools = { ...workshop.tools, flux: { path: '/usr/local/bin/flux', version: field('2.6.0') } };
  return [given(false), given(true)].flatMap(one =>
    [benchOf(one), benchOf({ ...one, workshop: { ...workshop, tools } })].flatMap(bench =>
      (action?.targets(bench) ?? []).flatMap(target => action?.plan(target, bench)?.needs ?? []),
    ),
  );
}

const text = ({ verb, group, resource, subresource }: Omit<Need, 'namespace' | 'name'>) =>
  `${verb} ${resource}.${group}${subresource === undefined ? '' : `/${subresource}`}`;

describe('what actions may need, whatever their target', () => {
  test.each(Object.entries(actionPermissions))('%s: exactly that is in its plans', (id, permissions) => {
    const needed = new Set(needsOfAll(id).map(text));
    expect([...needed].toSorted()).toEqual([...new Set(permissions.map(text))].toSorted());
  });

  test('is told for every action that installs no chart', () => {
    const told = actions.map(action => action.id).filter(id => id in actionPermissions);
    expect(told.toSorted()).toEqual(Object.keys(actionPermissions).toSorted());
    const charts = actions.filter(action => !(action.id in actionPermissions));
    for (const { id } of charts)
      expect(id).toMatch(
        /^(sync|install|clear-helm|recreate|bootstrap|rebuild|apply|take-ownership|force-conflicts)/,
      );
  });

  test('stays inside a namespace where all plans do', () => {
    for (const [id, permissions] of Object.entries(actionPermissions))
      for (const { namespace } of permissions)
        if (namespace !== null) expect(needsOfAll(id).every(need => need.namespace === namespace)).toBe(true);
  });

  test('names kinds that are watched', () => {
    const watched = new Set(Object.values(kinds).map(({ group, resource }) => `${resource}.${group}`));
    for (const { group, resource } of Object.values(actionPermissions).flat())
      expect(watched).toContain(`${resource}.${group}`);
  });
});
