import { describe, expect, test } from 'vitest';
import { drills } from '../../src/drills/drills.ts';
import { isOver, isPassed, scorer, scoreText } from '../../src/drills/score.ts';
import { isCalledFor, reversible } from '../../src/drills/undo.ts';
import type { Problem } from '../../src/layers/problems.ts';
import { field } from '../../src/text/field.ts';
import { ref } from '../recovery/bench.ts';
import { calm, cniGone } from '../report/diagnosis.ts';
import { NOW, snapshotOf } from '../support/snapshot.ts';

const named = (name: string, namespace: string, more: object = {}) => ({
  metadata: { name, namespace },
  ...more,
});

describe('a drill', () => {
  test.each(drills.filter(one => one.cutsOff !== true).map(one => one.name))(
    '%s says why it cannot be played where its object is not',
    name => {
      const plan = drills.find(one => one.name === name)?.plan(snapshotOf());
      expect(plan).toHaveProperty('why');
    },
  );

  test('that cuts off changes nothing in the cluster, and comes before all that do', () => {
    const [first] = drills;
    expect(first).toMatchObject({ name: 'api-blackhole', cutsOff: true });
    expect(first?.plan(snapshotOf())).toMatchObject({
      harms: [],
      expected: { layer: 'api', problem: 'unreachable' },
    });
    expect(first?.plan(snapshotOf({ api: { reach: 'unreached' } }))).toHaveProperty('why');
  });

  test('of Flux scales the operator first: it would bring back the others', () => {
    const objects = {
      'deployments-flux': ['source-controller', 'flux-operator', 'idle'].map(name =>
        named(name, 'flux-system', { spec: { replicas: name === 'idle' ? 0 : 1 } }),
      ),
    };
    const plan = drills.find(one => one.name === 'flux-gone')?.plan(snapshotOf({ objects }));
    expect(plan).toMatchObject({
      harms: [
        { object: { name: 'flux-operator' }, replicas: 1 },
        { object: { name: 'source-controller' }, replicas: 1 },
      ],
    });
    expect(plan).toHaveProperty('harms.length', 2);
  });

  const planOf = (name: string, objects: object) =>
    drills.find(one => one.name === name)?.plan(snapshotOf({ objects }));
  const instance = named('flux', 'flux-system', { spec: { sync: { url: 'ssh://git/home' } } });

  test('of the FluxInstance is not played where something of Flux would not come back', () => {
    const made = (labels: object) => ({
      fluxinstances: [instance],
      helmreleases: [{ metadata: { name: 'echo', namespace: 'default', labels } }],
    });
    expect(planOf('flux-instance-gone', made({ 'kustomize.toolkit.fluxcd.io/name': 'apps' }))).toMatchObject({
      harms: [{ kind: 'delete', object: { kind: 'FluxInstance', name: 'flux' } }],
    });
    expect(planOf('flux-instance-gone', made({ app: 'echo' }))).toEqual({
      why: 'HelmRelease default/echo is in no Git: it would not come back',
    });
    expect(planOf('flux-instance-gone', { fluxinstances: [named('flux', 'flux-system')] })).toEqual({
      why: 'the FluxInstance syncs from nowhere: its objects would not come back',
    });
  });

  test('that cuts Flux off is not played where another policy lets everything out', () => {
    const objects = {
      gitrepositories: [named('flux-system', 'flux-system')],
      'networkpolicies-flux': [named('allow-egress', 'flux-system')],
    };
    expect(planOf('flux-cut-off', objects)).toHaveProperty('why', expect.stringContaining('allow-egress'));
  });

  test('of a Helm lock is only played on a record that is old enough, and that no HelmRelease looks after', () => {
    const record = (age: number) => ({
      'helm-releases': [
        {
          metadata: {
            name: 'sh.helm.release.v1.flux-operator.v2',
            namespace: 'flux-system',
            labels: {
              name: 'flux-operator',
              version: '2',
              status: 'deployed',
              modifiedAt: String((NOW - age) / 1000),
            },
          },
        },
      ],
    });
    expect(planOf('helm-lock', record(3_600_000))).toMatchObject({
      harms: [
        { object: { kind: 'Secret', name: 'sh.helm.release.v1.flux-operator.v2' }, to: 'pending-upgrade' },
      ],
    });
    expect(planOf('helm-lock', record(60_000))).toHaveProperty('why', expect.stringContaining('minutes ago'));
    const owned = { ...record(3_600_000), helmreleases: [named('flux-operator', 'flux-system')] };
    expect(planOf('helm-lock', owned)).toHaveProperty('why');
  });

  test('leaves cordons that were there before', () => {
    const objects = {
      nodes: [{ metadata: { name: 'a' } }, { metadata: { name: 'b' }, spec: { unschedulable: true } }],
    };
    const plan = drills.find(one => one.name === 'cordon-all')?.plan(snapshotOf({ objects }));
    expect(plan).toMatchObject({ harms: [{ kind: 'cordon', object: { name: 'a' } }] });
    expect(plan).toHaveProperty('harms.length', 1);
  });
});

describe('the undo', () => {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kube-dns',
      namespace: 'kube-system',
      uid: 'u',
      resourceVersion: '7',
      creationTimestamp: 'then',
      managedFields: [],
      labels: { 'k8s-app': 'kube-dns' },
      annotations: { 'meta.helm.sh/release-name': 'coredns' },
    },
    spec: { clusterIP: '10.43.0.10' },
    status: { loadBalancer: {} },
  };

  test('of a deletion creates the object as it was, address and owner included', () => {
    const object = ref('Service', 'kube-system', 'kube-dns');
    const { harm, undo } = reversible({ kind: 'delete', object }, service, snapshotOf());
    expect(harm).toMatchObject({
      method: 'DELETE',
      path: '/api/v1/namespaces/kube-system/services/kube-dns',
    });
    expect(undo).toMatchObject({ method: 'POST', path: '/api/v1/namespaces/kube-system/services' });
    expect(undo?.body).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'kube-dns',
        namespace: 'kube-system',
        labels: { 'k8s-app': 'kube-dns' },
        annotations: { 'meta.helm.sh/release-name': 'coredns' },
      },
      spec: { clusterIP: '10.43.0.10' },
    });
  });

  test('of a changed label asks for no more of a Secret than its metadata, and for nothing else of it', () => {
    const object = ref('Secret', 'flux-system', 'sh.helm.release.v1.flux-operator.v2');
    const at = ['metadata', 'labels', 'status'];
    const { harm, undo } = reversible(
      { kind: 'set', object, at, from: 'deployed', to: 'pending-upgrade' },
      {},
      snapshotOf(),
    );
    expect(harm).toMatchObject({
      metadataOnly: true,
      body: { metadata: { labels: { status: 'pending-upgrade' } } },
    });
    expect(undo).toMatchObject({
      metadataOnly: true,
      body: { metadata: { labels: { status: 'deployed' } } },
    });
    const found = (status: string) => ({ metadata: { labels: { status } } });
    expect(
      ['pending-upgrade', 'superseded'].map(status => undo !== null && isCalledFor(undo, found(status))),
    ).toEqual([true, false]);
  });

  test('of what a drill made deletes nothing that somebody else made under the same name', () => {
    const object = ref('ResourceQuota', 'kube-system', 'groundup-drill');
    const manifest = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'groundup-drill', namespace: 'kube-system' },
      spec: {},
    };
    const { harm, undo } = reversible({ kind: 'create', object, manifest }, {}, snapshotOf());
    expect(undo).toMatchObject({
      method: 'DELETE',
      path: '/api/v1/namespaces/kube-system/resourcequotas/groundup-drill',
    });
    expect([harm.body, manifest, null].map(found => undo !== null && isCalledFor(undo, found))).toEqual([
      true,
      false,
      false,
    ]);
  });

  const of = (kind: 'scale-to-zero' | 'cordon' | 'delete') =>
    reversible({ kind, object: ref('Node', null, 'a'), replicas: 2 }, service, snapshotOf()).undo;
  test.each([
    ['delete', null, true],
    ['delete', service, false],
    ['delete', { metadata: { deletionTimestamp: 'now' } }, true],
    ['scale-to-zero', { spec: { replicas: 0 } }, true],
    ['scale-to-zero', { spec: { replicas: 3 } }, false],
    ['scale-to-zero', null, false],
    ['cordon', { spec: { unschedulable: true } }, true],
    ['cordon', { spec: {} }, false],
  ] as const)('of %s with %j there: called for %s', (kind, found, expected) => {
    expect(isCalledFor(of(kind) ?? { onlyIf: null }, found)).toBe(expected);
  });
});

describe('the score', () => {
  const object = ref('DaemonSet', 'kube-system', 'cilium');

  test('tells when anything was noticed, and when the right cause stood there', () => {
    const scores = scorer({ layer: 'cni', object });
    scores.see(calm, 100);
    const wrong = cniGone.root === null ? null : { ...cniGone.root, layer: 'dns' as const };
    scores.see({ ...cniGone, root: wrong }, 500);
    scores.see(cniGone, 900);
    scores.see(cniGone, 2_000);
    expect(isPassed(scores.score())).toBe(false);
    scores.recovered(9_000, 'repair');
    scores.recovered(12_000, 'undo');
    expect(scores.score()).toMatchObject({ detectedMs: 500, namedMs: 900, recoveredMs: 9_000, by: 'repair' });
    expect(isPassed(scores.score())).toBe(true);
    expect(scoreText('cni-gone', scores.score())).toMatch(
      /detected {5}after 0\.5 s\n {2}named right {2}after 0\.9 s\n/,
    );
  });

  test('of a wrong name says what was named instead', () => {
    const scores = scorer({ layer: 'dns', object: null });
    scores.see(cniGone, 500);
    expect(scoreText('dns-gone', scores.score())).toContain('named right  no; it said: cni: DaemonSet');
    expect(isPassed(scores.score())).toBe(false);
  });

  test('of another object in the right layer is not right', () => {
    const scores = scorer({ layer: 'cni', object: { ...object, name: field('calico-node') } });
    scores.see(cniGone, 500);
    expect(scores.score().namedMs).toBeNull();
  });

  test('of being cut off is right only with that problem, and while nothing above is called healthy', () => {
    const apiRoot = (problem: Problem) =>
      cniGone.root === null ? null : { ...cniGone.root, layer: 'api' as const, problem, object: null };
    const above = (verdict: 'healthy' | 'unknown') =>
      calm.layers.map(layer => ({ ...layer, verdict: layer.id === 'api' ? ('down' as const) : verdict }));
    const expected = { layer: 'api', object: null, problem: 'unreachable', blinds: true } as const;
    const named = (problem: Problem, verdict: 'healthy' | 'unknown') => {
      const scores = scorer(expected);
      scores.see({ ...calm, root: apiRoot(problem), layers: above(verdict) }, 500);
      return scores.score().namedMs !== null;
    };
    expect(calm.layers.length).toBeGreaterThan(1);
    expect([
      named('unreachable', 'unknown'),
      named('unreachable', 'healthy'),
      named('lease-stale', 'unknown'),
    ]).toEqual([true, false, false]);
  });

  test('is over only when the cluster is healthy without a cause', () => {
    expect([isOver(calm, { layer: 'cni', object }), isOver(cniGone, { layer: 'cni', object })]).toEqual([
      true,
      false,
    ]);
  });
});
