import { describe, expect, test } from 'vitest';
import type { Problem } from '../../src/layers/problems.ts';
import { syncAll } from '../../src/recovery/actions/sync-all.ts';
import { syncRelease } from '../../src/recovery/actions/sync-release.ts';
import { commandsOf } from '../../src/recovery/make-plan.ts';
import type { Workshop } from '../../src/recovery/plan.ts';
import { field } from '../../src/text/field.ts';
import { say } from '../../src/text/safe.ts';
import { ago } from '../support/snapshot.ts';
import {
  type BenchGiven,
  benchOf,
  component,
  fluxAlive,
  guardsOf,
  helmSecret,
  ref,
  workshop,
} from './bench.ts';

const planOf = (name: string, given: BenchGiven = {}) => syncRelease.plan(field(name), benchOf(given));
const repository = (rest: Partial<NonNullable<Workshop['repository']>>): Workshop => ({
  ...workshop,
  repository: { ...workshop.repository, ...rest },
});

describe('the plan to sync a release', () => {
  test('is, for the CNI, the whole plan that is shown', () => {
    expect(planOf('cilium', { components: [component('cilium', 'kube-system', '1.17.4')] })).toEqual({
      action: 'sync-release',
      target: 'cilium',
      title: 'Sync release cilium (kube-system)',
      danger: 3,
      typedWord: 'cilium',
      cluster: { context: 'homelab', server: 'https://10.0.0.10:6443', uid: '7f3c' },
      steps: [
        {
          kind: 'tool',
          title: 'sync cilium',
          tool: 'helmfile',
          path: '/usr/local/bin/helmfile',
          args: [
            '--file',
            'bootstrap/helmfile.yaml',
            '--kube-context',
            'homelab',
            '--selector',
            'name=cilium',
            'sync',
            '--hide-notes',
          ],
          cwd: '/home/ops/homelab',
          env: { ROOT_DIR: '/home/ops/homelab' },
          deadlineMs: 900_000,
        },
      ],
      effect:
        'creates missing objects of cilium again and restarts changed agents; this can interrupt the network of every pod',
      takes: '1-4 min; nodes turn Ready about 30 s after the agents',
      expectedMs: 150_000,
      success: {
        layer: 'cni',
        stableMs: 30_000,
        withinMs: 300_000,
        text: 'CNI healthy for 30 s, seen by the watch',
      },
      guards: [
        { state: 'passed', text: 'every layer below holds', about: 'ground' },
        { state: 'passed', text: 'no Helm release cilium yet' },
        { state: 'passed', text: 'the same version as installed, 1.17.4' },
      ],
      needs: [
        { verb: 'create', group: '', resource: 'secrets', namespace: 'kube-system' },
        { verb: 'patch', group: 'apps', resource: 'daemonsets', namespace: 'kube-system' },
      ],
    });
  });

  test('is the same for the same bench', () => {
    expect(planOf('coredns')).toEqual(planOf('coredns'));
  });

  test.each([
    ['cilium', 3, 'cilium', 'cni'],
    ['coredns', 2, null, 'service-discovery'],
    ['flux-instance', 2, null, 'flux'],
    ['spegel', 2, null, 'service-discovery'],
  ])('asks for the care that %s needs', (name, danger, typedWord, layer) => {
    expect(planOf(name)).toMatchObject({ danger, typedWord, success: { layer } });
  });

  test('is not there for a release that the helmfile does not have', () => {
    expect(planOf('nginx')).toBeNull();
  });

  test('becomes as dangerous as a downgrade is', () => {
    const plan = planOf('coredns', { components: [component('coredns', 'kube-system', '1.43.0')] });
    expect(plan).toMatchObject({ danger: 3, typedWord: 'coredns' });
  });
});

describe('the guards of a sync', () => {
  test.each<[string, string, BenchGiven]>([
    [
      'blocking: Nodes is down and stands below: repair it first',
      'cilium',
      { layers: { nodes: { verdict: 'down' } } },
    ],
    ['warning: Nodes is degraded and stands below', 'cilium', { layers: { nodes: { verdict: 'degraded' } } }],
    [
      'passed: every layer below holds',
      'cilium',
      { layers: { nodes: { verdict: 'blocked', blockedBy: 'cni' }, cni: { verdict: 'down' } } },
    ],
    [
      'blocking: the API server was not reached',
      'cilium',
      { layers: { api: { verdict: 'unknown', reason: 'timeout' } } },
    ],
    [
      'warning: Pod networking cannot be judged',
      'coredns',
      { layers: { 'pod-network': { verdict: 'unknown', reason: 'rbac' } } },
    ],
    [
      'passed: every layer below holds',
      'coredns',
      { layers: { 'pod-network': { verdict: 'unknown', reason: 'no-evidence' } } },
    ],
    [
      'blocking: what is known of CNI is old: wait for a fresh look',
      'cilium',
      { layers: { cni: { stale: true } } },
    ],
    [
      'blocking: the identity of the cluster is unknown: its namespace kube-system was not read',
      'cilium',
      { uid: null },
    ],
    [
      'blocking: namespace flux-system is being deleted: what is created there now is deleted with it',
      'flux-instance',
      {
        objects: {
          namespaces: [
            {
              metadata: { name: 'flux-system', deletionTimestamp: ago(60) },
              status: { phase: 'Terminating' },
            },
          ],
        },
      },
    ],
    [
      'blocking: release cilium is pending-upgrade: another operation may be running, wait for it',
      'cilium',
      { objects: { 'helm-releases': [helmSecret('cilium', 'kube-system', 8, 'pending-upgrade', 90)] } },
    ],
    [
      'blocking: release cilium is pending-upgrade since 30 min, left by a client that died: clear its lock',
      'cilium',
      {
        objects: {
          'helm-releases': [
            helmSecret('cilium', 'kube-system', 7, 'deployed', 9_000),
            helmSecret('cilium', 'kube-system', 8, 'pending-upgrade', 1_800),
          ],
        },
      },
    ],
    [
      'passed: no Helm lock on cilium (revision 10)',
      'cilium',
      {
        objects: {
          'helm-releases': [
            helmSecret('cilium', 'kube-system', 9, 'pending-upgrade', 1_800),
            helmSecret('cilium', 'kube-system', 10, 'failed', 60),
            helmSecret('cilium', 'elsewhere', 11, 'pending-upgrade', 60),
          ],
        },
      },
    ],
    [
      "warning: Helm's state of cilium cannot be read",
      'cilium',
      { freshness: { 'helm-releases': { state: 'failed', reason: 'rbac', message: say`forbidden` } } },
    ],
    [
      'warning: this is a downgrade: 1.18.0 is installed, the helmfile has 1.17.4',
      'cilium',
      { components: [component('cilium', 'kube-system', '1.18.0')] },
    ],
    [
      'warning: this is an upgrade: 1.16.9 is installed, the helmfile has 1.17.4',
      'cilium',
      { components: [component('cilium', 'kube-system', '1.16.9')] },
    ],
    ['blocking: helmfile is not on PATH', 'cilium', { workshop: { ...workshop, tools: {} } }],
    [
      'blocking: the helmfile requires CLUSTER_NAME, which is not set',
      'cilium',
      { workshop: repository({ missingEnv: [say`CLUSTER_NAME`] }) },
    ],
  ])('say "%s"', (text, name, given) => {
    expect(guardsOf(syncRelease, name, benchOf(given))).toContain(text);
  });

  test('warn of a Flux that lives and owns the release, not of one that is down or suspended', () => {
    const owner = (suspend: boolean, deployments: readonly unknown[]) =>
      guardsOf(
        syncRelease,
        'cilium',
        benchOf({
          objects: {
            helmreleases: [{ metadata: { name: 'cilium', namespace: 'kube-system' }, spec: { suspend } }],
            'deployments-flux': deployments,
          },
        }),
      ).filter(text => text.includes('Flux'));
    expect(owner(false, fluxAlive)).toEqual([
      "warning: Flux is alive and owns cilium too: it is suspended there meanwhile, then it runs its own upgrade with Git's version",
    ]);
    expect(owner(true, fluxAlive)).toEqual(['passed: Flux also owns cilium, but is suspended there']);
    expect(owner(false, [])).toEqual(['passed: Flux also owns cilium, but is down: it will not interfere']);
  });

  test('find the owner by the release name that helm-controller composes', () => {
    const bench = benchOf({
      objects: {
        helmreleases: [
          {
            metadata: { name: 'agent', namespace: 'flux-system' },
            spec: { releaseName: 'cilium', targetNamespace: 'kube-system' },
          },
        ],
        'deployments-flux': fluxAlive,
      },
    });
    expect(
      guardsOf(syncRelease, 'cilium', bench).some(text => text.startsWith('warning: Flux is alive')),
    ).toBe(true);
  });
});

describe('a sync is offered', () => {
  test.each<[string, Problem, Parameters<typeof ref>, string | null]>([
    ['cni', 'missing', ['DaemonSet', 'kube-system', 'cilium'], 'cilium'],
    ['dns', 'missing', ['Deployment', 'kube-system', 'coredns'], 'coredns'],
    ['service-discovery', 'missing', ['Service', 'kube-system', 'kube-dns'], 'coredns'],
    ['pod-network', 'sandbox-failed', ['Node', null, 'k8s-1'], 'cilium'],
    ['flux', 'missing', ['Deployment', 'flux-system', 'flux-operator'], 'flux-operator'],
    ['flux', 'missing', ['Deployment', 'flux-system', 'source-controller'], 'flux-instance'],
    ['flux', 'instance-missing', ['FluxInstance', 'flux-system', 'flux'], 'flux-instance'],
    ['apps', 'release-failed', ['HelmRelease', 'media', 'jellyfin'], null],
    ['nodes', 'node-silent', ['Node', null, 'k8s-1'], null],
    ['api', 'unreachable', ['Node', null, 'k8s-1'], null],
  ])('in layer %s for %s of %j: %s', (layer, problem, object, target) => {
    const treated = syncRelease.treats(
      { layer: layer as 'cni', problem, object: ref(...object), nodes: null },
      benchOf(),
    );
    expect(treated.map(one => one.target)).toEqual(target === null ? [] : [target]);
  });

  test('for the release that Helm noted on the object, whatever it is called', () => {
    const bench = benchOf({
      objects: {
        daemonsets: [
          {
            metadata: {
              name: 'kube-proxy-replacement',
              namespace: 'kube-system',
              annotations: { 'meta.helm.sh/release-name': 'spegel' },
            },
          },
        ],
      },
    });
    const object = ref('DaemonSet', 'kube-system', 'kube-proxy-replacement');
    expect(
      syncRelease.treats({ layer: 'cni', problem: 'crashing', object, nodes: null }, bench)[0]?.target,
    ).toBe('spegel');
  });

  test('after Flux when a healthy Flux owns the release', () => {
    const object = ref('DaemonSet', 'kube-system', 'cilium');
    const rank = (deployments: readonly unknown[]) =>
      syncRelease.treats(
        { layer: 'cni', problem: 'missing', object, nodes: null },
        benchOf({
          objects: {
            helmreleases: [{ metadata: { name: 'cilium', namespace: 'kube-system' } }],
            'deployments-flux': deployments,
          },
        }),
      )[0]?.rank ?? 0;
    expect(rank(fluxAlive)).toBeGreaterThan(rank([]));
  });
});

test('syncing all runs the whole helmfile and asks for the name of the cluster when it holds the CNI', () => {
  const plan = syncAll.plan(null, benchOf());
  expect(plan).toMatchObject({ danger: 3, typedWord: 'homelab', target: null });
  expect(commandsOf(plan?.steps ?? []).map(words => words.join(' '))).toEqual([
    'helmfile --file bootstrap/helmfile.yaml --kube-context homelab sync --hide-notes',
  ]);
});
