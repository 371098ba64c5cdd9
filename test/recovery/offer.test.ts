import { describe, expect, test } from 'vitest';
import { actions } from '../../src/recovery/actions/index.ts';
import {
  bestRemedy,
  offer,
  planAction,
  remediesFor,
  remediesForKey,
  remediesForObject,
} from '../../src/recovery/offer.ts';
import { field } from '../../src/text/field.ts';
import { type BenchGiven, benchOf, findingOf, fluxAlive, ref, rootOf, workshop } from './bench.ts';

const offered = (given: BenchGiven) => {
  const { diagnosis, snapshot, workshop: tools, now } = benchOf(given);
  return offer(diagnosis, snapshot, tools, now);
};
const noCni = rootOf('cni', 'missing', ref('DaemonSet', 'kube-system', 'cilium'));
const cniDown = { cni: { verdict: 'down', findings: [findingOf('missing', noCni.object)] } } as const;

describe('offered is', () => {
  test('nothing where nothing is wrong', () => {
    expect(offered({})).toEqual(new Map());
  });

  test('for a missing CNI the sync of its release first, with the exact command, then all of them', () => {
    const remedies = offered({ root: noCni, layers: cniDown }).get('cni') ?? [];
    expect(remedies.map(one => [one.action, one.target])).toEqual([
      ['sync-release', 'cilium'],
      ['sync-all', null],
    ]);
    expect(remedies[0]).toMatchObject({ key: 'S', danger: 3, blockedBy: null, object: noCni.object });
    expect(remedies[0]?.commands[0]?.join(' ')).toBe(
      'helmfile --file bootstrap/helmfile.yaml --kube-context homelab --selector name=cilium sync --hide-notes',
    );
  });

  test('each remedy once, also when root and findings ask for it', () => {
    const findings = ['missing', 'agent-missing', 'sandbox-failed'] as const;
    const layers = { cni: { findings: findings.map(problem => findingOf(problem, noCni.object)) } };
    const remedies = offered({ root: noCni, layers }).get('cni') ?? [];
    expect(remedies.filter(one => one.action === 'sync-release').length).toBe(1);
  });

  test('with the reason where it cannot run now', () => {
    const layers = { ...cniDown, nodes: { verdict: 'down' } } as const;
    expect(offered({ root: noCni, layers }).get('cni')?.[0]?.blockedBy).toBe(
      'Nodes is down and stands below: repair it first',
    );
  });

  test('for CoreDNS at zero replicas the scale before the sync', () => {
    const object = ref('Deployment', 'kube-system', 'coredns');
    const root = rootOf('dns', 'scaled-to-zero', object);
    const objects = {
      'deployments-system': [
        {
          metadata: { name: 'coredns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
          spec: { replicas: 0 },
        },
      ],
    };
    expect(
      offered({ root, objects })
        .get('dns')
        ?.map(one => one.action),
    ).toEqual(['scale-coredns', 'sync-release']);
  });

  test('for a crash the settings from the repository before a restart, which would crash again', () => {
    const object = ref('Deployment', 'kube-system', 'coredns');
    const root = rootOf('dns', 'crashing', object);
    const objects = { 'deployments-system': [{ metadata: { name: 'coredns', namespace: 'kube-system' } }] };
    expect(
      offered({ root, objects })
        .get('dns')
        ?.map(one => one.action),
    ).toEqual(['sync-release', 'restart-rollout']);
  });

  test('for a HelmRelease that gave up the reset before a plain reconcile', () => {
    const object = ref('HelmRelease', 'media', 'jellyfin');
    const root = rootOf('apps', 'retries-exhausted', object);
    const objects = {
      helmreleases: [{ metadata: { name: 'jellyfin', namespace: 'media' } }],
      'deployments-flux': fluxAlive,
    };
    expect(
      offered({ root, objects })
        .get('apps')
        ?.map(one => one.action),
    ).toEqual(['reset-helmrelease', 'reconcile']);
  });

  test('a guide with commands for what groundup cannot reach', () => {
    const root = rootOf('nodes', 'node-silent', ref('Node', null, 'k8s-2'));
    const [guide] = offered({ root }).get('nodes') ?? [];
    expect(guide).toMatchObject({ action: 'guide', danger: 0, plan: { steps: [] } });
    expect(guide?.commands[0]?.join(' ')).toBe('talosctl -n k8s-2 service kubelet restart');
    expect(guide?.blockedBy).toContain('outside');
  });
});

describe('the best remedy', () => {
  test('is the first that may run', () => {
    expect(bestRemedy(noCni, benchOf({ root: noCni }))?.target).toBe('cilium');
  });

  test('is one that may run rather than a better one that may not', () => {
    const object = ref('Deployment', 'kube-system', 'coredns');
    const objects = {
      'deployments-system': [
        {
          metadata: { name: 'coredns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
          spec: { replicas: 0 },
        },
      ],
    };
    const bench = benchOf({ objects, workshop: { tools: {}, repository: workshop.repository } });
    expect(bestRemedy(rootOf('dns', 'scaled-to-zero', object), bench)?.action).toBe('scale-coredns');
  });

  test('is the one that waits when all wait, and a guide when there is no action', () => {
    const layers = { nodes: { verdict: 'down' } } as const;
    expect(bestRemedy(noCni, benchOf({ layers }))?.blockedBy).toContain('Nodes');
    expect(bestRemedy(rootOf('api', 'unreachable', null), benchOf())?.action).toBe('guide');
    expect(bestRemedy(rootOf('apps', 'not-readable', null), benchOf())).toBeNull();
    expect(remediesFor(rootOf('apps', 'not-readable', null), benchOf())).toEqual([]);
  });
});

describe('an action by name', () => {
  test.each([
    ['sync-release', 'cilium', 'cilium'],
    ['sync-release', 'nginx', undefined],
    ['sync-release', null, undefined],
    ['sync-all', null, null],
    ['sync-all', 'cilium', undefined],
    ['dance', null, undefined],
  ])('%s %s', (id, target, planned) => {
    const plan = planAction(id, target === null ? null : field(target), benchOf());
    expect(plan?.target).toBe(planned);
  });

  test('takes the only target there is', () => {
    const objects = { nodes: [{ metadata: { name: 'k8s-1' }, spec: { unschedulable: true } }] };
    expect(planAction('uncordon', null, benchOf({ objects }))?.target).toBe('Node k8s-1');
  });
});

test('every action has its own name and key', () => {
  const keys = actions.flatMap(action => action.key ?? []);
  expect(new Set(keys).size).toBe(keys.length);
  expect(new Set(actions.map(action => action.id)).size).toBe(actions.length);
});

describe('two independent causes', () => {
  const gone = rootOf('flux', 'instance-missing', ref('FluxInstance', 'flux-system', 'flux'));
  const both = (given: BenchGiven = {}) => {
    const bench = benchOf({
      root: noCni,
      objects: { 'deployments-flux': fluxAlive },
      layers: {
        ...cniDown,
        flux: { verdict: 'down', stale: true },
        nodes: { verdict: 'blocked', blockedBy: 'cni' },
      },
      ...given,
    });
    return { ...bench, diagnosis: { ...bench.diagnosis, otherRoots: [gone] } };
  };

  test('are joined into one plan from the ground up, gated by the layer that the next step stands on', () => {
    const plan = planAction('recover', null, both());
    expect(plan).toMatchObject({
      danger: 3,
      typedWord: 'homelab',
      title: 'Repair 2 causes from the ground up',
      effect: 'Sync release cilium (kube-system); then Sync release flux-instance (flux-system)',
      success: { layer: 'flux' },
    });
    expect(plan?.steps.map(step => [step.title, step.gate?.layer])).toEqual([
      ['sync cilium', 'cni'],
      ['sync flux-instance', undefined],
    ]);
    expect(plan?.guards.filter(guard => guard.state === 'blocking')).toEqual([]);
  });

  test('keep the guards that the gates do not answer', () => {
    const workshopWithoutTools = { ...workshop, tools: {} };
    const plan = planAction('recover', null, both({ workshop: workshopWithoutTools }));
    expect(plan?.guards.map(guard => guard.text)).toContain('helmfile is not on PATH');
  });

  test('are offered as a whole after the best remedy of the root', () => {
    const { diagnosis, snapshot, workshop: tools, now } = both();
    const remedies = offer(diagnosis, snapshot, tools, now).get('cni') ?? [];
    expect(remedies.slice(0, 2).map(one => one.action)).toEqual(['sync-release', 'recover']);
  });

  test('are nothing to join when there is one', () => {
    expect(planAction('recover', null, benchOf({ root: noCni }))).toBeNull();
  });
});

test('one object has remedies of its own', () => {
  const object = ref('HelmRelease', 'media', 'jellyfin');
  const bench = benchOf({
    layers: {
      apps: {
        findings: [
          findingOf('retries-exhausted', object),
          findingOf('release-failed', ref('HelmRelease', 'media', 'other')),
        ],
      },
    },
    objects: {
      helmreleases: ['jellyfin', 'other'].map(name => ({ metadata: { name, namespace: 'media' } })),
    },
  });
  expect(remediesForObject('apps', object, bench).map(one => one.target)).toEqual([
    'HelmRelease media/jellyfin',
    'HelmRelease media/jellyfin',
  ]);
});

test('a guide says where the helmfile was looked for when nothing here can install what is gone', () => {
  const remedies = offered({ root: noCni, workshop: { tools: {}, repository: null } }).get('cni') ?? [];
  expect(remedies.map(one => one.title)).toEqual([
    'install it again: no helmfile that has it was found here (set ROOT_DIR)',
  ]);
  expect(remedies[0]?.commands[1]?.join(' ')).toContain('name=cilium sync');
});

test('offering for a thousand failing releases takes less than a glance', () => {
  const names = Array.from({ length: 1_000 }, (_, i) => `app-${i}`);
  const given: BenchGiven = {
    layers: {
      apps: { findings: names.map(name => findingOf('release-failed', ref('HelmRelease', 'media', name))) },
    },
    objects: { helmreleases: names.map(name => ({ metadata: { name, namespace: 'media' } })) },
  };
  const { diagnosis, snapshot, workshop: tools, now } = benchOf(given);
  const before = performance.now();
  expect(offer(diagnosis, snapshot, tools, now).get('apps')?.length).toBe(40);
  expect(performance.now() - before).toBeLessThan(200);
});

describe('for Flux', () => {
  const scaled = rootOf('flux', 'scaled-to-zero', ref('Deployment', 'flux-system', 'source-controller'));
  const objects = { fluxinstances: [{ metadata: { name: 'flux', namespace: 'flux-system' } }] };

  test('without its operator, operator and instance are restored', () => {
    expect(bestRemedy(scaled, benchOf({ root: scaled, objects }))?.action).toBe('install-flux');
  });

  test('with its operator alive, the operator is asked to look', () => {
    const bench = benchOf({ root: scaled, objects: { ...objects, 'deployments-flux': fluxAlive } });
    expect(bestRemedy(scaled, bench)).toMatchObject({
      action: 'reconcile',
      target: 'FluxInstance flux-system/flux',
      danger: 1,
    });
  });

  test('whose instance is gone, the instance alone is synced', () => {
    const root = rootOf('flux', 'instance-missing', ref('FluxInstance', 'flux-system', 'flux'));
    const bench = benchOf({ root, objects: { 'deployments-flux': fluxAlive } });
    expect(bestRemedy(root, bench)).toMatchObject({ action: 'sync-release', target: 'flux-instance' });
  });
});

test('what no chart of the helmfile makes is not said to come back by a sync', () => {
  const proxy = rootOf('cni', 'missing', ref('DaemonSet', 'kube-system', 'kube-proxy'));
  expect(bestRemedy(proxy, benchOf({ root: proxy }))?.title).toContain('kube-proxy');
  const service = rootOf('service-discovery', 'missing', ref('Service', 'default', 'kubernetes'));
  expect(remediesFor(service, benchOf({ root: service })).map(one => one.target)).not.toContain('coredns');
});

test('a key stands for everything that its action can do, also on a healthy cluster', () => {
  expect(remediesForKey('S', benchOf()).map(one => one.target)).toEqual(
    workshop.repository.releases.map(release => release.name),
  );
  expect(remediesForKey('I', benchOf()).map(one => one.action)).toEqual(['install-flux']);
  expect(remediesForKey('Z', benchOf())).toEqual([]);
});

test('an agent that fails on one node of three is not cured for the whole cluster', () => {
  const object = ref('DaemonSet', 'kube-system', 'cilium');
  const root = { ...rootOf('cni', 'crashing', object), scope: { nodes: [field('k8s-2')] } };
  const nodes = ['k8s-1', 'k8s-2', 'k8s-3'].map(name => ({ metadata: { name } }));
  const best = bestRemedy(root, benchOf({ root, objects: { nodes } }));
  expect(best?.title).toBe('look at the node: the same agent works on the others');
  expect(best?.commands.at(-1)?.join(' ')).toBe('talosctl -n k8s-2 reboot');
  const everywhere = { ...root, scope: null };
  expect(bestRemedy(everywhere, benchOf({ root: everywhere, objects: { nodes } }))?.action).toBe(
    'sync-release',
  );
});

test('what only a commit or a key can cure is said before what would not help', () => {
  const object = ref('Kustomization', 'flux-system', 'apps');
  const objects = {
    kustomizations: [{ metadata: { name: 'apps', namespace: 'flux-system' } }],
    'deployments-flux': fluxAlive,
  };
  for (const problem of ['build-failed', 'decryption-failed'] as const) {
    const remedies = remediesFor(rootOf('apps', problem, object), benchOf({ objects }));
    expect(remedies.map(one => one.action)).toEqual(['guide', 'reconcile']);
  }
});
