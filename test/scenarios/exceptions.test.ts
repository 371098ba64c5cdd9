import { afterEach, describe, expect, test } from 'vitest';
import { type StreamId, streamIds, streams } from '../../src/cluster/streams.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import { push, remove, removePods } from '../../src/simulator/faults/acts.ts';
import { FAULTS } from '../../src/simulator/faults/index.ts';
import type { Json } from '../../src/simulator/world.ts';
import { field } from '../../src/text/field.ts';
import { worldSnapshot } from '../diagnosis/world-snapshot.ts';
import { healthyCluster } from '../layers/healthy-cluster.ts';
import { type ManualCluster, manualCluster } from '../simulator/controllers/manual-cluster.ts';
import { snapshotOf } from '../support/snapshot.ts';
import { openScene } from './simulated.ts';

const KUSTOMIZATIONS = 'kustomize.toolkit.fluxcd.io/kustomizations';

let cluster: ManualCluster;
let last: Diagnosis | undefined;
afterEach(() => cluster?.stop());

/** A healthy cluster that was looked at once. */
function begin(): void {
  cluster = manualCluster();
  cluster.advance(20);
  last = undefined;
  expect(look().verdict).toBe('healthy');
}

function look(): Diagnosis {
  last = diagnose(worldSnapshot(cluster), last);
  return last;
}

/** Looks every so often until it holds, as a monitor does. */
function until(holds: (diagnosis: Diagnosis) => boolean, atMost = 1_800): Diagnosis {
  for (let seconds = 0; seconds < atMost; seconds += 5) {
    cluster.advance(5);
    const seen = look();
    if (holds(seen)) return seen;
  }
  throw new Error(`not within ${atMost} s: ${JSON.stringify(last?.root)}`);
}

/** A commit that drops an application. */
const withoutApp = (name: string) => (paths: Map<string, Json[]>) => {
  const apps = paths.get('./kubernetes/apps') ?? [];
  paths.set(
    './kubernetes/apps',
    apps.filter((one: Json) => one.metadata.name !== name),
  );
};

const said = (diagnosis: Diagnosis): string => JSON.stringify(diagnosis.root?.whys.at(-1));

describe('what Flux did itself', () => {
  test('a commit that drops the CNI is named as the cause, and the CNI stays what is repaired', () => {
    begin();
    push(cluster, withoutApp('cilium'));
    const seen = until(({ root }) => root?.layer === 'cni' && root.problem === 'missing');
    expect(seen.root?.object).toMatchObject({ kind: 'DaemonSet', name: 'cilium' });
    expect(seen.root?.cause).toMatch(
      /^pruned by Flux: Kustomization cluster-apps at main@[0-9a-f]{7} no longer has Kustomization\/flux-system\/cilium; suspend it/,
    );
    expect(said(seen)).toMatch(/Flux will do it again/);
    expect(said(seen)).toMatch(/helm-controller, HelmRelease cilium: Helm uninstall succeeded/);
  });

  test('the same is seen by a real watch', async () => {
    const scene = await openScene();
    try {
      await scene.until('healthy at first', ({ verdict }) => verdict === 'healthy');
      push(scene.simulated, withoutApp('cilium'));
      const seen = await scene.until(
        'the commit',
        ({ root }) => root?.cause?.startsWith('pruned by Flux') === true,
      );
      expect(seen.root).toMatchObject({ layer: 'cni', problem: 'missing', object: { name: 'cilium' } });
    } finally {
      await scene.close();
    }
  });

  test('a root that was deleted and came again is suspected of pruning', () => {
    begin();
    remove(cluster, KUSTOMIZATIONS, 'flux-system', 'flux-system');
    const seen = until(({ root }) => root?.layer === 'cni' && root.problem === 'missing');
    expect(seen.root?.cause).toMatch(/Flux/);
  });
});

/** Lets a named fault happen. */
function play(name: string): void {
  const fault = FAULTS.find(one => one.name === name);
  if (fault === undefined) throw new Error(`no fault ${name}`);
  fault.apply(cluster);
}

const everything = (diagnosis: Diagnosis): readonly string[] =>
  diagnosis.layers.map(layer => `${layer.id} ${layer.verdict}`);

describe('circles', () => {
  test('nodes that ask a name server of this cluster need another one before anything else', () => {
    begin();
    cluster.world.create('/services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: 'default', name: 'pihole' },
      spec: { type: 'LoadBalancer', ports: [{ port: 53, protocol: 'UDP' }], selector: { app: 'pihole' } },
    });
    cluster.world.update('/services', 'default', 'pihole', draft => {
      draft.status = { loadBalancer: { ingress: [{ ip: '192.168.1.53' }] } };
    });
    const image = cluster.get('apps/deployments', 'kube-system', 'coredns').spec.template.spec.containers[0]
      .image;
    cluster.switches.missingImages.add(image);
    for (const { metadata } of cluster.world.list('/nodes')) {
      cluster.world.update('/nodes', undefined, metadata.name, draft => {
        draft.status.images = [];
      });
    }
    removePods(cluster, 'kube-system', 'k8s-app', 'kube-dns');
    cluster.advance(60);
    const [pod] = cluster.pods('kube-system', 'k8s-app', 'kube-dns');
    cluster.world.create('/events', {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { namespace: 'kube-system', name: 'pull' },
      type: 'Warning',
      reason: 'Failed',
      message:
        'Failed to pull image "registry.example/coredns:1": failed to resolve reference: failed to do request: Head "https://registry.example/v2/": dial tcp: lookup registry.example on 192.168.1.53:53: read udp 192.168.1.11:4711->192.168.1.53:53: i/o timeout',
      involvedObject: { kind: 'Pod', namespace: 'kube-system', name: pod?.metadata.name },
      lastTimestamp: new Date(cluster.clock.now()).toISOString(),
      firstTimestamp: new Date(cluster.clock.now()).toISOString(),
      source: { component: 'kubelet', host: 'k8s-1' },
    });
    const { root, otherRoots } = look();
    expect(root).toMatchObject({
      layer: 'nodes',
      problem: 'dns-cycle',
      object: { kind: 'Service', name: 'pihole' },
    });
    expect(root?.summary).toContain('192.168.1.53');
    expect(root?.explains.layers).toContain('dns');
    expect(otherRoots).toEqual([]);
  });

  test('a webhook without a backend is the root of what it keeps from being created', () => {
    begin();
    play('webhook-deadlock');
    const seen = until(({ root }) => root?.problem === 'webhook-blocks');
    expect(seen.root?.object?.kind).toBe('ValidatingWebhookConfiguration');
  });
});

describe('a network policy around Flux', () => {
  const cutOff = (): void => {
    cluster.world.update(KUSTOMIZATIONS, 'flux-system', 'cluster-apps', draft => {
      const ready = draft.status.conditions.find((one: Json) => one.type === 'Ready');
      Object.assign(ready, {
        status: 'False',
        reason: 'ArtifactFailed',
        lastTransitionTime: new Date(cluster.clock.now()).toISOString(),
        message:
          'failed to download archive: dial tcp: lookup source-controller.flux-system.svc.cluster.local. on 10.43.0.10:53: read udp 10.42.0.7:4711->10.43.0.10:53: i/o timeout',
      });
    });
  };

  test('is the root when all below works and only Flux gets no answers', () => {
    begin();
    cluster.world.create('networking.k8s.io/networkpolicies', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { namespace: 'flux-system', name: 'deny-all' },
      spec: { podSelector: {}, policyTypes: ['Egress'] },
    });
    cutOff();
    const { root } = look();
    expect(root).toMatchObject({
      layer: 'pod-network',
      problem: 'policy-blocks',
      confidence: 'low',
      object: { kind: 'NetworkPolicy', namespace: 'flux-system', name: 'deny-all' },
    });
    expect(root?.explains.layers).toContain('apps');
    expect(root?.whys.at(-1)?.inferred).toBe(true);
  });

  test.each([
    ['ciliumnetworkpolicies', 'CiliumNetworkPolicy', 'flux-system'],
    ['ciliumclusterwidenetworkpolicies', 'CiliumClusterwideNetworkPolicy', null],
  ] as const)('is the same in the words of Cilium: %s', (plural, kind, namespace) => {
    begin();
    cluster.world.create(`cilium.io/${plural}`, {
      apiVersion: 'cilium.io/v2',
      kind,
      metadata: { ...(namespace === null ? {} : { namespace }), name: 'deny-all' },
      spec: { endpointSelector: {}, egressDeny: [{ toEntities: ['cluster'] }] },
    });
    cutOff();
    const { root } = look();
    expect(root).toMatchObject({
      layer: 'pod-network',
      problem: 'policy-blocks',
      object: { kind, namespace, name: 'deny-all' },
    });
    expect(root?.explains.layers).toContain('apps');
  });

  test('is not accused where there is none but those that Flux brings along', () => {
    begin();
    cutOff();
    expect(look().root).toMatchObject({ layer: 'apps', problem: 'source-failed' });
  });
});

describe('less than the whole cluster', () => {
  test('one bad node is told with its name, and the layer is not called down', () => {
    begin();
    play('cni-one-node');
    const { root, layers } = until(({ root }) => root?.layer === 'cni');
    expect(root?.scope?.nodes).toHaveLength(1);
    expect(layers.find(layer => layer.id === 'cni')?.verdict).toBe('degraded');
  });

  test('a frozen control plane leaves nothing above it green', () => {
    begin();
    play('control-plane-frozen');
    const seen = until(
      ({ root }) => root?.problem === 'lease-stale' && root.object?.name === 'kube-controller-manager',
    );
    expect(everything(seen).filter(line => line.endsWith(' healthy'))).toEqual([]);
  });

  test('what is suspended on purpose is no failure', () => {
    begin();
    cluster.world.update(KUSTOMIZATIONS, 'flux-system', 'cluster-apps', draft => {
      draft.spec.suspend = true;
    });
    cluster.advance(30);
    const seen = look();
    expect(seen).toMatchObject({ verdict: 'healthy', root: null });
    const notes = seen.layers.find(layer => layer.id === 'apps')?.findings ?? [];
    expect(notes).toContainEqual(expect.objectContaining({ problem: 'suspended', severity: 'note' }));
  });
});

describe('a viewer with few permissions', () => {
  const refused = { state: 'failed', reason: 'rbac', message: field('forbidden') } as const;
  const seenWithout = (ids: readonly StreamId[]) => {
    const freshness = Object.fromEntries(ids.map(id => [id, refused]));
    return diagnose(snapshotOf({ ...healthyCluster(), freshness }));
  };
  const unknown = ({ layers }: Diagnosis) =>
    layers.filter(layer => layer.verdict === 'unknown' && layer.reason === 'rbac').map(layer => layer.id);
  const flux = streamIds.filter(id =>
    ['kustomizations', 'helmreleases', 'fluxinstances'].includes(streams[id].kind),
  );

  test('who may not read Flux sees the ground below it, and no claim about the rest', () => {
    const seen = seenWithout([...flux, 'deployments-flux', 'pods-flux', 'flux-leases']);
    expect(unknown(seen)).toEqual(['flux', 'apps']);
    expect(everything(seen).filter(line => line.endsWith(' healthy'))).toHaveLength(6);
    expect(seen).toMatchObject({ verdict: 'unknown', root: null });
  });

  test('who may not read nodes is not told that they are well', () => {
    const seen = seenWithout(['nodes', 'node-leases']);
    expect(unknown(seen)).toContain('nodes');
    expect(everything(seen)).not.toContain('nodes healthy');
    expect(seen.root).toBeNull();
  });

  test('who may read nothing is told nothing, and no cause is made up', () => {
    const seen = seenWithout(streamIds);
    expect(unknown(seen)).toEqual(expect.arrayContaining(seen.layers.slice(1).map(layer => layer.id)));
    expect(seen).toMatchObject({ verdict: 'unknown', root: null });
  });
});

test('applications are not green on the word of controllers that are gone', () => {
  begin();
  play('flux-gone');
  const seen = until(({ root }) => root?.layer === 'flux');
  expect(seen.layers.find(layer => layer.id === 'apps')?.verdict).not.toBe('healthy');
});
