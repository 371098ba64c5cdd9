import { describe, expect, test } from 'vitest';
import type { LayerId } from '../../src/layers/layer.ts';
import type { Problem } from '../../src/layers/problems.ts';
import { bootstrap } from '../../src/recovery/actions/bootstrap.ts';
import { clearHelmLock } from '../../src/recovery/actions/clear-helm-lock.ts';
import { deletePod } from '../../src/recovery/actions/delete-pod.ts';
import { actions } from '../../src/recovery/actions/index.ts';
import { installFlux } from '../../src/recovery/actions/install-flux.ts';
import { openWebhook } from '../../src/recovery/actions/open-webhook.ts';
import { reconcile } from '../../src/recovery/actions/reconcile.ts';
import { recreateDnsService } from '../../src/recovery/actions/recreate-dns-service.ts';
import { resetHelmrelease } from '../../src/recovery/actions/reset-helmrelease.ts';
import { restartRollout } from '../../src/recovery/actions/restart-rollout.ts';
import { resume } from '../../src/recovery/actions/resume.ts';
import { scaleCoredns } from '../../src/recovery/actions/scale-coredns.ts';
import { suspend } from '../../src/recovery/actions/suspend.ts';
import { uncordon } from '../../src/recovery/actions/uncordon.ts';
import { commandsOf } from '../../src/recovery/make-plan.ts';
import type { Plan } from '../../src/recovery/plan.ts';
import { field } from '../../src/text/field.ts';
import { say } from '../../src/text/safe.ts';
import { benchOf, fluxAlive, guardsOf, helmSecret, ref, rootOf, workshop } from './bench.ts';

const commands = (plan: Plan | null) => commandsOf(plan?.steps ?? []).map(words => words.join(' '));
const flux = { path: '/usr/local/bin/flux', version: say`2.6.1` };
const withFlux = { ...workshop, tools: { ...workshop.tools, flux } };

const objects = {
  'deployments-system': [
    {
      metadata: { name: 'coredns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
      spec: { replicas: 0 },
    },
    { metadata: { name: 'cilium-operator', namespace: 'kube-system' } },
    { metadata: { name: 'metrics-server', namespace: 'kube-system' } },
  ],
  daemonsets: [
    { metadata: { name: 'cilium', namespace: 'kube-system' } },
    { metadata: { name: 'node-exporter', namespace: 'monitoring' } },
  ],
  'deployments-flux': fluxAlive,
  nodes: [{ metadata: { name: 'k8s-1' }, spec: { unschedulable: true } }, { metadata: { name: 'k8s-2' } }],
  kustomizations: [
    { metadata: { name: 'cluster-apps', namespace: 'flux-system' } },
    { metadata: { name: 'asleep', namespace: 'flux-system' }, spec: { suspend: true } },
  ],
  helmreleases: [{ metadata: { name: 'jellyfin', namespace: 'media' } }],
  gitrepositories: [{ metadata: { name: 'flux-system', namespace: 'flux-system' } }],
  fluxinstances: [{ metadata: { name: 'flux', namespace: 'flux-system' } }],
};

describe('scaling CoreDNS', () => {
  test('patches its scale to two replicas', () => {
    const plan = scaleCoredns.plan(field('Deployment kube-system/coredns'), benchOf({ objects }));
    expect(plan).toMatchObject({
      danger: 1,
      typedWord: null,
      effect: '0 replicas become 2',
      success: { layer: 'dns' },
      steps: [
        {
          kind: 'api',
          method: 'PATCH',
          path: '/apis/apps/v1/namespaces/kube-system/deployments/coredns/scale?fieldManager=groundup',
          contentType: 'application/merge-patch+json',
          body: { spec: { replicas: 2 } },
        },
      ],
    });
    expect(commands(plan)).toEqual([
      'kubectl --context homelab -n kube-system scale deployment/coredns --replicas=2',
    ]);
  });

  test('is offered where CoreDNS was scaled to zero, under whatever name', () => {
    const rke = {
      metadata: { name: 'rke2-coredns-rke2-coredns', namespace: 'kube-system' },
      spec: { replicas: 0 },
    };
    const treated = (object: ReturnType<typeof ref>) =>
      scaleCoredns.treats(
        { layer: 'dns', problem: 'scaled-to-zero', object, nodes: null },
        benchOf({ objects: { 'deployments-system': [rke] } }),
      );
    expect(treated(ref('Deployment', 'kube-system', 'rke2-coredns-rke2-coredns'))[0]?.target).toBe(
      'Deployment kube-system/rke2-coredns-rke2-coredns',
    );
    expect(
      scaleCoredns.treats(
        { layer: 'flux', problem: 'scaled-to-zero', object: null, nodes: null },
        benchOf({ objects }),
      ),
    ).toEqual([]);
  });
});

describe('restarting a rollout', () => {
  test('touches the pod template, as kubectl does', () => {
    const plan = restartRollout.plan(field('DaemonSet kube-system/cilium'), benchOf({ objects }));
    expect(plan?.steps[0]).toMatchObject({
      path: '/apis/apps/v1/namespaces/kube-system/daemonsets/cilium?fieldManager=groundup',
      contentType: 'application/strategic-merge-patch+json',
      body: {
        spec: {
          template: {
            metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': '<start>' } },
          },
        },
      },
    });
    expect(plan).toMatchObject({ danger: 3, typedWord: 'cilium' });
  });

  test.each([
    ['Deployment kube-system/coredns', 1, 'dns'],
    ['Deployment kube-system/cilium-operator', 3, 'cni'],
    ['Deployment flux-system/source-controller', 1, 'flux'],
  ])('of %s has danger %i and is verified at %s', (target, danger, layer) => {
    expect(restartRollout.plan(field(target), benchOf({ objects }))).toMatchObject({
      danger,
      success: { layer },
    });
  });

  test('is for workloads of the chain only', () => {
    expect(
      restartRollout.plan(field('Deployment kube-system/metrics-server'), benchOf({ objects })),
    ).toBeNull();
    expect(restartRollout.targets(benchOf({ objects }))).not.toContain('DaemonSet monitoring/node-exporter');
  });
});

describe('reconciling', () => {
  test('uses the flux command when it is there', () => {
    const plan = reconcile.plan(
      field('Kustomization flux-system/cluster-apps'),
      benchOf({ objects, workshop: withFlux }),
    );
    expect(plan?.steps[0]).toMatchObject({ kind: 'tool', path: '/usr/local/bin/flux' });
    expect(commands(plan)).toEqual([
      'flux --context homelab --namespace flux-system reconcile kustomization cluster-apps --with-source --timeout 5m',
    ]);
  });

  test('never asks a source for its source: that flag does not exist there', () => {
    const plan = reconcile.plan(
      field('GitRepository flux-system/flux-system'),
      benchOf({ objects, workshop: withFlux }),
    );
    expect(commands(plan)).toEqual([
      'flux --context homelab --namespace flux-system reconcile source git flux-system --timeout 5m',
    ]);
  });

  test('sets the annotation itself without the command, and always for a FluxInstance', () => {
    const body = {
      metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': '<start>' } },
    };
    expect(
      reconcile.plan(field('Kustomization flux-system/cluster-apps'), benchOf({ objects }))?.steps,
    ).toMatchObject([
      {
        kind: 'api',
        path: '/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/cluster-apps?fieldManager=groundup',
        body,
      },
    ]);
    const instance = reconcile.plan(
      field('FluxInstance flux-system/flux'),
      benchOf({ objects, workshop: withFlux }),
    );
    expect(instance).toMatchObject({ success: { layer: 'flux' }, steps: [{ kind: 'api', body }] });
  });

  test('is blocked when nobody would act on it, or it is suspended', () => {
    const silent = benchOf({ objects: { ...objects, 'deployments-flux': [] } });
    expect(guardsOf(reconcile, 'HelmRelease media/jellyfin', silent)).toContain(
      'blocking: helm-controller is not available: nobody would act on the request',
    );
    expect(guardsOf(reconcile, 'Kustomization flux-system/asleep', benchOf({ objects }))).toContain(
      'blocking: Kustomization flux-system/asleep is suspended: resume it first',
    );
  });

  test('as a reset carries the same token three times', () => {
    const plan = resetHelmrelease.plan(field('HelmRelease media/jellyfin'), benchOf({ objects }));
    const token = '<start>';
    expect(plan).toMatchObject({
      danger: 2,
      steps: [
        {
          body: {
            metadata: {
              annotations: {
                'reconcile.fluxcd.io/requestedAt': token,
                'reconcile.fluxcd.io/resetAt': token,
                'reconcile.fluxcd.io/forceAt': token,
              },
            },
          },
        },
      ],
    });
    const byCommand = resetHelmrelease.plan(
      field('HelmRelease media/jellyfin'),
      benchOf({ objects, workshop: withFlux }),
    );
    expect(commands(byCommand)[0]).toContain('reconcile helmrelease jellyfin --with-source --reset --force');
  });

  test('by force comes before a sync where a healthy Flux owns what is missing', () => {
    const owned = { ...objects, helmreleases: [{ metadata: { name: 'coredns', namespace: 'kube-system' } }] };
    const object = ref('Deployment', 'kube-system', 'coredns');
    const treated = resetHelmrelease.treats(
      { layer: 'dns', problem: 'missing', object, nodes: null },
      benchOf({ objects: owned }),
    );
    expect(treated).toEqual([{ target: 'HelmRelease kube-system/coredns', rank: 8 }]);
  });
});

test('uncordon lets one node take pods again', () => {
  const bench = benchOf({ objects });
  expect(uncordon.targets(bench)).toEqual(['Node k8s-1']);
  expect(uncordon.plan(field('Node k8s-1'), bench)?.steps).toMatchObject([
    { path: '/api/v1/nodes/k8s-1?fieldManager=groundup', body: { spec: { unschedulable: null } } },
  ]);
  expect(uncordon.plan(field('Node k8s-2'), bench)).toBeNull();
});

test('restoring Flux brings the operator before the instance', () => {
  expect(commands(installFlux.plan(null, benchOf())).map(line => line.match(/name=(\S+)/)?.[1])).toEqual([
    'flux-operator',
    'flux-instance',
  ]);
});

test('every action answers odd faults and strange targets without throwing', () => {
  const layers: readonly LayerId[] = ['api', 'nodes', 'cni', 'apps'];
  const problems: readonly Problem[] = ['missing', 'stalled', 'crashing', 'cordoned', 'drift'];
  const bench = benchOf({ objects, workshop: { tools: {}, repository: null } });
  for (const action of actions) {
    for (const target of [null, '', 'Deployment', 'Node ../..', 'Pod a/b/c', 'FluxInstance x/flux']) {
      expect(() => action.plan(target === null ? null : field(target), bench)).not.toThrow();
    }
    for (const layer of layers)
      for (const problem of problems)
        for (const object of [null, ref('Pod', null, 'x'), ref('__proto__', 'constructor', 'x')])
          expect(() => action.treats({ layer, problem, object, nodes: null }, bench)).not.toThrow();
  }
});

describe('clearing a Helm lock', () => {
  const locked = (secondsAgo: number, more = {}) =>
    benchOf({
      objects: {
        'helm-releases': [
          helmSecret('cilium', 'kube-system', 7, 'deployed', 9_000),
          {
            metadata: {
              ...helmSecret('cilium', 'kube-system', 8, 'pending-upgrade', secondsAgo).metadata,
              uid: 'uid-of-v8',
            },
          },
        ],
        ...more,
      },
    });

  test('deletes that one record, if it is still the same, and syncs', () => {
    const plan = clearHelmLock.plan(field('cilium'), locked(1_800));
    expect(plan).toMatchObject({ danger: 3, typedWord: 'cilium' });
    expect(plan?.steps[0]).toMatchObject({
      method: 'DELETE',
      path: '/api/v1/namespaces/kube-system/secrets/sh.helm.release.v1.cilium.v8',
      body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid: 'uid-of-v8' } },
    });
    expect(commands(plan)[1]).toContain('--selector name=cilium sync');
    expect(plan?.guards.some(guard => guard.state === 'blocking')).toBe(false);
  });

  test('waits as long as the operation may be alive', () => {
    expect(guardsOf(clearHelmLock, 'cilium', locked(300))).toContain(
      'blocking: the operation may still run: wait 5 min more',
    );
  });

  test('leaves it to a Flux that lives and owns the release', () => {
    const owner = {
      helmreleases: [{ metadata: { name: 'cilium', namespace: 'kube-system' } }],
      'deployments-flux': fluxAlive,
    };
    expect(guardsOf(clearHelmLock, 'cilium', locked(1_800, owner))).toContain(
      'blocking: Flux owns cilium and is alive: it clears the lock by itself',
    );
  });

  test('comes before the sync that it makes possible, and only where there is a lock', () => {
    const fault = {
      layer: 'cni',
      problem: 'missing',
      object: ref('DaemonSet', 'kube-system', 'cilium'),
      nodes: null,
    } as const;
    expect(clearHelmLock.treats(fault, locked(1_800))).toEqual([{ target: 'cilium', rank: 9 }]);
    expect(clearHelmLock.treats(fault, benchOf())).toEqual([]);
  });
});

describe('deleting a pod', () => {
  const pod = (owned: boolean) => ({
    metadata: {
      name: 'coredns-1',
      namespace: 'kube-system',
      uid: 'u1',
      labels: { 'k8s-app': 'kube-dns' },
      ...(owned
        ? { ownerReferences: [{ kind: 'ReplicaSet', name: 'coredns', uid: 'r', controller: true }] }
        : {}),
    },
  });
  const bench = (owned: boolean) => benchOf({ objects: { 'pods-system': [pod(owned)] } });

  test('is never by force, and verified at the layer that the pod carries', () => {
    const plan = deletePod.plan(field('Pod kube-system/coredns-1'), bench(true));
    expect(plan).toMatchObject({ danger: 2, success: { layer: 'dns' } });
    expect(plan?.steps[0]).toMatchObject({
      method: 'DELETE',
      path: '/api/v1/namespaces/kube-system/pods/coredns-1',
      body: { preconditions: { uid: 'u1' } },
    });
    expect(JSON.stringify(plan)).not.toContain('grace-period');
  });

  test('is blocked when nothing would bring it back', () => {
    expect(guardsOf(deletePod, 'Pod kube-system/coredns-1', bench(false))).toContain(
      'blocking: no controller owns the pod: nothing would bring it back',
    );
  });
});

test('suspending and resuming turn one switch', () => {
  const bench = benchOf({ objects });
  expect(resume.targets(bench)).toEqual(['Kustomization flux-system/asleep']);
  expect(suspend.targets(bench)).not.toContain('Kustomization flux-system/asleep');
  const [on] = resume.plan(field('Kustomization flux-system/asleep'), bench)?.steps ?? [];
  expect(on).toMatchObject({ method: 'PATCH', body: { spec: { suspend: false } } });
  const off = suspend.plan(field('HelmRelease media/jellyfin'), bench);
  expect(off).toMatchObject({ danger: 2, steps: [{ body: { spec: { suspend: true } } }] });
  expect(suspend.plan(field('FluxInstance flux-system/flux'), bench)).toBeNull();
});

describe('the bootstrap of the repository', () => {
  const node = (name: string, status: string) => ({
    metadata: { name },
    status: { conditions: [{ type: 'Ready', status }] },
  });
  const withTask = {
    tools: {
      ...workshop.tools,
      task: { path: '/usr/local/bin/task', version: null },
      kubectl: { path: '/usr/bin/kubectl', version: null },
    },
    repository: { ...workshop.repository, taskfile: say`Taskfile.yaml` },
  };

  test('asks for the name of the cluster and runs the task in the repository', () => {
    const plan = bootstrap.plan(
      null,
      benchOf({ workshop: withTask, objects: { nodes: [node('k8s-1', 'True')] } }),
    );
    expect(plan).toMatchObject({ danger: 3, typedWord: 'homelab' });
    expect(plan?.steps[0]).toMatchObject({
      tool: 'task',
      cwd: '/home/ops/homelab',
      path: '/usr/local/bin/task',
    });
    expect(commands(plan)).toEqual(['task --exit-code bootstrap:apps']);
    expect(plan?.guards.some(guard => guard.state === 'blocking')).toBe(false);
  });

  test('puts a living Flux aside meanwhile, and says that nobody can tell what the task needs', () => {
    const owner = { metadata: { name: 'coredns', namespace: 'kube-system', uid: 'u1' }, spec: {} };
    const objects = { nodes: [node('k8s-1', 'True')], helmreleases: [owner], 'deployments-flux': fluxAlive };
    const plan = bootstrap.plan(null, benchOf({ workshop: withTask, objects }));
    expect(plan?.steps.map(step => step.title)).toEqual([
      'suspend coredns',
      'task bootstrap:apps',
      'resume coredns',
    ]);
    expect(plan?.steps[2]?.always).toBe(true);
    const texts = (plan?.guards ?? []).map(guard => `${guard.state}: ${guard.text}`);
    expect(texts.some(text => text.startsWith('warning: Flux is alive and owns coredns too'))).toBe(true);
    expect(texts).toContain(
      'warning: what "task bootstrap:apps" must be allowed to do cannot be known beforehand: a refusal shows only when it runs',
    );
  });

  test.each([
    [['True', 'False'], true],
    [['True', 'Unknown'], true],
    [['Unknown', 'Unknown'], true],
    [['False', 'False'], false],
  ])('with nodes %j is refused: %s', (states, refused) => {
    const nodes = states.map((status, i) => node(`k8s-${i}`, status));
    const texts = guardsOf(bootstrap, null, benchOf({ workshop: withTask, objects: { nodes } }));
    expect(texts.some(text => text.includes('wait for ever'))).toBe(refused);
  });
});

describe('a webhook that refuses everything', () => {
  const name = 'kyverno-resource-validating-webhook-cfg';
  const hooks = [{ name: 'a', failurePolicy: 'Fail' }, { name: 'b', failurePolicy: 'Ignore' }, { name: 'c' }];
  const bench = benchOf({
    objects: { 'validating-webhooks': [{ metadata: { name }, webhooks: hooks }] },
    root: rootOf('dns', 'webhook-blocks', ref('ValidatingWebhookConfiguration', null, name)),
  });

  test('is opened where it is closed, only if it still is, and verified where it hurt', () => {
    const plan = openWebhook.plan(field(`ValidatingWebhookConfiguration ${name}`), bench);
    expect(plan).toMatchObject({ danger: 3, typedWord: name, success: { layer: 'dns' } });
    expect(plan?.steps[0]).toMatchObject({
      path: `/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/${name}?fieldManager=groundup`,
      contentType: 'application/json-patch+json',
      body: [
        { op: 'test', path: '/webhooks/0/failurePolicy', value: 'Fail' },
        { op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Ignore' },
      ],
    });
  });
});

test('a DNS Service with the wrong address is deleted, if it is still the same, and made again', () => {
  const service = { metadata: { name: 'kube-dns', namespace: 'kube-system', uid: 'u9' } };
  const plan = recreateDnsService.plan(
    field('Service kube-system/kube-dns'),
    benchOf({ objects: { 'services-system': [service] } }),
  );
  expect(plan).toMatchObject({ danger: 3, typedWord: 'kube-dns', success: { layer: 'service-discovery' } });
  expect(plan?.steps[0]).toMatchObject({ method: 'DELETE', body: { preconditions: { uid: 'u9' } } });
  expect(commands(plan)[1]).toContain('name=coredns sync');
});
