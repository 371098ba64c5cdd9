import { describe, expect, it } from 'vitest';
import { createBehaviour } from '../../../src/simulator/api/behaviour.ts';
import { createManualClock } from '../../../src/simulator/api/clock.ts';
import { createWorld } from '../../../src/simulator/api/create-world.ts';
import { ApiFailure, type Json, type WorldEvent } from '../../../src/simulator/world.ts';
import { deployment, pod } from './serve.ts';

function setUp() {
  const clock = createManualClock();
  const behaviour = createBehaviour();
  const world = createWorld(clock, behaviour);
  world.create('/namespaces', { metadata: { name: 'default' } });
  return { clock, behaviour, world };
}

describe('versions and generations', () => {
  it('gives every change a higher version and counts changes of the spec only', () => {
    const { world } = setUp();
    const first = world.create('apps/deployments', deployment('web'));
    const second = world.update('apps/deployments', 'default', 'web', draft => {
      draft.status = { replicas: 1 };
    });
    const third = world.update('apps/deployments', 'default', 'web', draft => {
      draft.spec.replicas = 3;
    });
    const versions = [first, second, third].map(object => Number(object?.metadata.resourceVersion));
    expect(versions.toSorted((a, b) => a - b)).toEqual(versions);
    expect(new Set(versions).size).toBe(3);
    expect([first, second, third].map(object => object?.metadata.generation)).toEqual([1, 1, 2]);
  });

  it('stores nothing and tells nobody when nothing changed', () => {
    const { world } = setUp();
    const before = world.create('apps/deployments', deployment('web'));
    const events: WorldEvent[] = [];
    world.subscribe(event => events.push(event));
    const after = world.update('apps/deployments', 'default', 'web', draft => {
      draft.spec.replicas = 1;
    });
    expect(after).toBe(before);
    expect(events).toEqual([]);
  });

  it('treats a short manifest sent again as no change', () => {
    const { world } = setUp();
    const before = world.create('apps/deployments', deployment('web'));
    const after = world.update('apps/deployments', 'default', 'web', draft => {
      draft.spec = deployment('web').spec;
    });
    expect(after).toBe(before);
  });

  it('tells every listener of changes in the order they happened, also those a listener makes', () => {
    const { world } = setUp();
    const told: string[] = [];
    world.subscribe(({ type, resource, object }) => {
      if (resource === 'apps/deployments' && type === 'ADDED') {
        world.update('apps/deployments', 'default', 'web', draft => {
          draft.status = { replicas: 1 };
        });
      }
      void object;
    });
    world.subscribe(({ type }) => told.push(type));
    world.create('apps/deployments', deployment('web'));
    expect(told).toEqual(['ADDED', 'MODIFIED']);
  });

  it('hands out objects that cannot be changed by mistake', () => {
    const { world } = setUp();
    const object: Json = world.create('apps/deployments', deployment('web'));
    expect(() => {
      object.spec.replicas = 9;
    }).toThrow(TypeError);
  });
});

describe('deletion', () => {
  it('keeps an object with a finalizer until the finalizer goes', () => {
    const { world } = setUp();
    world.create('/configmaps', { metadata: { name: 'a', namespace: 'default', finalizers: ['x/y'] } });
    world.remove('/configmaps', 'default', 'a');
    expect(world.get('/configmaps', 'default', 'a')?.metadata.deletionTimestamp).toBeDefined();
    world.update('/configmaps', 'default', 'a', draft => {
      draft.metadata.finalizers = [];
    });
    expect(world.get('/configmaps', 'default', 'a')).toBeUndefined();
  });

  it('leaves a running pod its grace period and waits for the kubelet', () => {
    const { world, clock } = setUp();
    world.create('/pods', pod('p', { spec: { nodeName: 'n', containers: [{ name: 'a', image: 'b' }] } }));
    world.remove('/pods', 'default', 'p');
    const marked = world.get('/pods', 'default', 'p');
    expect(marked?.metadata.deletionGracePeriodSeconds).toBe(30);
    expect(Date.parse(marked?.metadata.deletionTimestamp ?? '')).toBe(clock.now() + 30_000);
    world.remove('/pods', 'default', 'p', { grace: 0 });
    expect(world.get('/pods', 'default', 'p')).toBeUndefined();
  });

  it('removes a pod that runs nowhere at once', () => {
    const { world } = setUp();
    world.create('/pods', pod('p'));
    world.remove('/pods', 'default', 'p');
    expect(world.get('/pods', 'default', 'p')).toBeUndefined();
  });

  const owned = (owner: Json): Json => ({
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: owner.metadata.uid }],
  });

  it('collects dependants in the background, unless they are to be orphaned', () => {
    const { world, clock } = setUp();
    const first = world.create('apps/deployments', deployment('web'));
    world.create('/pods', pod('dependant', { metadata: owned(first) }));
    world.remove('apps/deployments', 'default', 'web');
    expect(world.get('/pods', 'default', 'dependant')).toBeDefined();
    clock.advance(1000);
    expect(world.get('/pods', 'default', 'dependant')).toBeUndefined();

    const second = world.create('apps/deployments', deployment('web'));
    world.create('/pods', pod('orphan', { metadata: owned(second) }));
    world.remove('apps/deployments', 'default', 'web', { orphan: true });
    clock.advance(1000);
    expect(world.get('/pods', 'default', 'orphan')?.metadata.ownerReferences).toBeUndefined();
  });

  it('keeps the owner until its dependants are gone when deleting in the foreground', () => {
    const { world, clock } = setUp();
    const owner = world.create('apps/deployments', deployment('web'));
    world.create('/pods', pod('held', { metadata: { ...owned(owner), finalizers: ['x/y'] } }));
    world.remove('apps/deployments', 'default', 'web', { foreground: true });
    clock.advance(1000);
    expect(world.get('apps/deployments', 'default', 'web')?.metadata.finalizers).toEqual([
      'foregroundDeletion',
    ]);
    world.update('/pods', 'default', 'held', draft => {
      draft.metadata.finalizers = [];
    });
    expect(world.get('apps/deployments', 'default', 'web')).toBeUndefined();
  });

  it('collects what was made for an owner that is already gone', () => {
    const { world, clock } = setUp();
    world.create('/pods', pod('late', { metadata: owned({ metadata: { uid: 'no-such-uid' } }) }));
    clock.advance(1000);
    expect(world.get('/pods', 'default', 'late')).toBeUndefined();
  });
});

describe('namespaces', () => {
  it('empties a namespace before it goes, and takes nothing new in meanwhile', () => {
    const { world, clock } = setUp();
    world.create('/namespaces', { metadata: { name: 'apps' } });
    world.create('/configmaps', { metadata: { name: 'free', namespace: 'apps' } });
    world.create('/configmaps', { metadata: { name: 'held', namespace: 'apps', finalizers: ['x/y'] } });
    world.remove('/namespaces', undefined, 'apps');
    expect(() => world.create('/configmaps', { metadata: { name: 'new', namespace: 'apps' } })).toThrow(
      'configmaps "new" is forbidden: unable to create new content in namespace apps because it is being terminated',
    );
    clock.advance(1000);
    const stuck: Json = world.get('/namespaces', undefined, 'apps');
    expect(stuck.status.phase).toBe('Terminating');
    expect(world.list('/configmaps', 'apps').map(object => object.metadata.name)).toEqual(['held']);
    expect(
      stuck.status.conditions.find((entry: Json) => entry.type === 'NamespaceFinalizersRemaining'),
    ).toMatchObject({
      status: 'True',
      message: 'Some content in the namespace has finalizers remaining: x/y in 1 resource instances',
    });
    world.update('/configmaps', 'apps', 'held', draft => {
      draft.metadata.finalizers = [];
    });
    clock.advance(1000);
    expect(world.get('/namespaces', undefined, 'apps')).toBeUndefined();
  });

  it('keeps a namespace as long as an extension API cannot be asked what is in it', () => {
    const { world, clock } = setUp();
    const service = 'apiregistration.k8s.io/apiservices';
    world.create(service, {
      metadata: { name: 'v1beta1.metrics.k8s.io' },
      spec: { group: 'metrics.k8s.io', version: 'v1beta1', service: { name: 'm', namespace: 'default' } },
      status: { conditions: [{ type: 'Available', status: 'False' }] },
    });
    world.create('/namespaces', { metadata: { name: 'apps' } });
    world.remove('/namespaces', undefined, 'apps');
    clock.advance(1000);
    const stuck: Json = world.get('/namespaces', undefined, 'apps');
    expect(stuck.status.conditions[0]).toMatchObject({
      type: 'NamespaceDeletionDiscoveryFailure',
      status: 'True',
    });
    world.remove(service, undefined, 'v1beta1.metrics.k8s.io');
    clock.advance(1000);
    expect(world.get('/namespaces', undefined, 'apps')).toBeUndefined();
  });

  it('refuses objects in a namespace that is not there', () => {
    const { world } = setUp();
    const create = () => world.create('/configmaps', { metadata: { name: 'a', namespace: 'nowhere' } });
    expect(create).toThrow('namespaces "nowhere" not found');
  });
});

describe('defaults and checks', () => {
  it('fills in what controllers rely on', () => {
    const { world } = setUp();
    const web: Json = world.create('apps/deployments', deployment('web'));
    expect(web.spec).toMatchObject({
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    });
    const lone: Json = world.create('/pods', pod('p'));
    expect(lone.spec).toMatchObject({ restartPolicy: 'Always', dnsPolicy: 'ClusterFirst' });
    expect(lone.status.phase).toBe('Pending');
    const space: Json = world.get('/namespaces', undefined, 'default');
    expect(space.metadata.labels).toEqual({ 'kubernetes.io/metadata.name': 'default' });
    expect(space).toMatchObject({ spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } });
  });

  it('allocates service addresses and refuses one that is taken or that changes', () => {
    const { world } = setUp();
    const service = (name: string, clusterIP?: string): Json => ({
      metadata: { name, namespace: 'default' },
      spec: { ports: [{ port: 53 }], ...(clusterIP ? { clusterIP } : {}) },
    });
    world.create('/services', service('dns', '10.43.0.10'));
    const free: Json = world.create('/services', service('web'));
    expect(free.spec.clusterIP).toMatch(/^10\.43\./);
    expect(() => world.create('/services', service('dns2', '10.43.0.10'))).toThrow(
      'Service "dns2" is invalid: spec.clusterIPs: Invalid value: []string{"10.43.0.10"}: failed to allocate IP 10.43.0.10: provided IP is already allocated',
    );
    expect(() =>
      world.update('/services', 'default', 'dns', draft => {
        draft.spec.clusterIP = '10.43.0.99';
        draft.spec.clusterIPs = ['10.43.0.99'];
      }),
    ).toThrow('may not change once set');
  });

  it.each([
    [
      'another selector',
      (draft: Json) => (draft.spec.selector.matchLabels = { a: 'b' }),
      'field is immutable',
    ],
    [
      'labels that the selector misses',
      (draft: Json) => (draft.spec.template.metadata.labels = { a: 'b' }),
      '`selector` does not match template `labels`',
    ],
  ])('refuses a Deployment with %s', (_what, change, message) => {
    const { world } = setUp();
    world.create('apps/deployments', deployment('web'));
    expect(() => world.update('apps/deployments', 'default', 'web', change)).toThrow(message);
  });

  it('asks admission on creation and on changes of more than the status', () => {
    const { world, behaviour } = setUp();
    const asked: string[] = [];
    behaviour.admission.push(({ operation, object }) => {
      asked.push(operation);
      if (object.metadata.name === 'bad') throw new ApiFailure(403, 'Forbidden', 'no');
    });
    world.create('/pods', pod('good'));
    world.update('/pods', 'default', 'good', draft => {
      draft.status.phase = 'Running';
    });
    world.update('/pods', 'default', 'good', draft => {
      draft.metadata.labels = { a: 'b' };
    });
    expect(asked).toEqual(['CREATE', 'UPDATE']);
    expect(() => world.create('/pods', pod('bad'))).toThrow('no');
    expect(world.get('/pods', 'default', 'bad')).toBeUndefined();
  });
});

describe('custom kinds', () => {
  const definition: Json = {
    metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'widgets', kind: 'Widget' },
      versions: [{ name: 'v1', served: true, storage: true, subresources: { status: {} } }],
    },
  };

  it('serves a kind as long as its definition is there and takes its objects with it', () => {
    const { world, clock } = setUp();
    expect(() =>
      world.create('example.com/widgets', { metadata: { name: 'a', namespace: 'default' } }),
    ).toThrow('not found');
    world.serveCustom(definition);
    const stored: Json = world.get(
      'apiextensions.k8s.io/customresourcedefinitions',
      undefined,
      'widgets.example.com',
    );
    expect(stored.status.conditions.map((entry: Json) => entry.type)).toContain('Established');
    world.create('example.com/widgets', {
      metadata: { name: 'a', namespace: 'default', finalizers: ['x/y'] },
    });
    world.dropCustom('widgets.example.com');
    clock.advance(1000);
    expect(world.get('example.com/widgets', 'default', 'a')?.metadata.deletionTimestamp).toBeDefined();
    world.update('example.com/widgets', 'default', 'a', draft => {
      draft.metadata.finalizers = [];
    });
    clock.advance(1000);
    expect(world.registry.byKey('example.com/widgets')).toBeUndefined();
    expect(world.list('apiextensions.k8s.io/customresourcedefinitions')).toEqual([]);
  });
});
