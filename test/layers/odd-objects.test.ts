import { describe, expect, it } from 'vitest';
import { type StreamId, streamIds } from '../../src/cluster/streams.ts';
import { appsLayer } from '../../src/layers/apps.ts';
import { components } from '../../src/layers/components.ts';
import { dnsLayer } from '../../src/layers/dns.ts';
import { fluxLayer } from '../../src/layers/flux.ts';
import { serviceDiscoveryLayer } from '../../src/layers/service-discovery.ts';
import { field } from '../../src/text/field.ts';
import { type Given, NOW, snapshotOf } from '../support/snapshot.ts';
import { helmRelease, kustomization, notReady, source } from './made.ts';

const upper = [dnsLayer, serviceDiscoveryLayer, fluxLayer, appsLayer];
const names: Partial<Record<StreamId, string>> = {
  'deployments-system': 'coredns',
  'services-system': 'kube-dns',
  'deployments-flux': 'source-controller',
  fluxinstances: 'flux',
};
const everywhere = (make: (id: StreamId) => unknown) =>
  Object.fromEntries(streamIds.map(id => [id, [make(id)]])) as NonNullable<Given['objects']>;
const judgeUpper = (objects: NonNullable<Given['objects']>) => {
  const snapshot = snapshotOf({ objects });
  const wanted = [{ name: field('x'), namespace: field('y'), chart: field(''), version: null }];
  return [...upper.map(layer => layer.judge(snapshot, new Map())), ...components(snapshot, wanted)];
};

describe('odd objects', () => {
  it.each<readonly [string, (id: StreamId) => unknown]>([
    ['with a name only', id => ({ metadata: { name: names[id] ?? 'x', namespace: 'kube-system' } })],
    ['in the namespace of Flux', id => ({ metadata: { name: names[id] ?? 'x', namespace: 'flux-system' } })],
    ['without a namespace', id => ({ metadata: { name: names[id] ?? 'x' } })],
    ['empty inside', id => ({ metadata: { name: names[id] ?? 'x' }, spec: {}, status: {} })],
    [
      'with lists of nothing',
      id => ({
        metadata: { name: names[id] ?? 'x', namespace: 'kube-system', labels: {}, managedFields: [] },
        spec: { ports: [], dependsOn: [{}], template: { spec: { containers: [] } }, selector: {} },
        status: { conditions: [{}], history: [{}], containerStatuses: [{}], components: [{}] },
        endpoints: [{}],
      }),
    ],
    [
      'of the wrong types',
      id => ({
        metadata: { name: names[id] ?? 'x', namespace: 7, labels: [], annotations: 'no', generation: 'one' },
        spec: [],
        status: 'Ready',
        data: { Corefile: 5 },
      }),
    ],
    ['that are nothing', () => null],
  ])('%s are judged without a throw, and never make a layer green', (_, make) => {
    const judged = judgeUpper(everywhere(make));
    for (const one of judged.slice(0, upper.length)) expect(one.verdict).not.toBe('healthy');
  });

  it('of a hostile length are judged in time', () => {
    const long = "dependency 'a/b' is not ready timeout waiting for: [Kustomization/a/b status: 'x', ".repeat(
      400,
    );
    const many = Array.from({ length: 200 }, (_, i) =>
      kustomization(`app-${i}`, {
        spec: { dependsOn: [{ name: `app-${i + 1}` }, { name: `app-${(i * 7) % 200}` }] },
        conditions: [notReady('DependencyNotReady', `${i} ${long}`)],
      }),
    );
    const started = performance.now();
    judgeUpper({ kustomizations: many });
    expect(performance.now() - started).toBeLessThan(4_000);
  });

  it('give the same judgement in whatever order they arrive', () => {
    const objects = {
      kustomizations: [
        ...['c', 'a', 'b'].map(name => kustomization(name, { conditions: [notReady('BuildFailed', 'x')] })),
        kustomization('d', {
          spec: { dependsOn: [{ name: 'a' }] },
          conditions: [notReady('DependencyNotReady', 'x')],
        }),
      ],
      helmreleases: [helmRelease('b', 'x'), helmRelease('a', 'x', { spec: { suspend: true } })],
      gitrepositories: [
        source('flux-system', 'flux-system'),
        source('a', 'b', { conditions: [notReady('Failed', 'x')] }),
      ],
    };
    const reversed = Object.fromEntries(Object.entries(objects).map(([id, list]) => [id, list.toReversed()]));
    const judge = (given: NonNullable<Given['objects']>) =>
      appsLayer.judge(snapshotOf({ objects: given, now: NOW }), new Map());
    expect(judge(reversed)).toEqual(judge(objects));
  });
});
