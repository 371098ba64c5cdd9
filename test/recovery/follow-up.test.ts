import { describe, expect, test } from 'vitest';
import type { Tried } from '../../src/recovery/action.ts';
import { applyManifest } from '../../src/recovery/actions/apply-manifest.ts';
import { clearHelmLock } from '../../src/recovery/actions/clear-helm-lock.ts';
import { rebuild } from '../../src/recovery/actions/rebuild.ts';
import { removeTaint } from '../../src/recovery/actions/remove-taint.ts';
import { forceConflicts } from '../../src/recovery/actions/take-over.ts';
import { commandsOf } from '../../src/recovery/make-plan.ts';
import { bestRemedy, offer, remediesFor } from '../../src/recovery/offer.ts';
import type { Plan } from '../../src/recovery/plan.ts';
import { failureId } from '../../src/recovery/tried.ts';
import { field } from '../../src/text/field.ts';
import { say } from '../../src/text/safe.ts';
import {
  type BenchGiven,
  benchOf,
  component,
  fluxAlive,
  guardsOf,
  helmSecret,
  ref,
  rootOf,
  workshop,
} from './bench.ts';

const noCni = rootOf('cni', 'missing', ref('DaemonSet', 'kube-system', 'cilium'));
const failed = (failure: string, more: Partial<Tried> = {}): Tried => ({
  action: 'sync-release',
  target: say`cilium`,
  state: 'failed',
  failure: field(failure),
  endedAt: benchOf().now - 60_000,
  ...more,
});
const answer = (tried: readonly Tried[], given: BenchGiven = {}) => {
  const best = bestRemedy(noCni, { ...benchOf({ root: noCni, ...given }), tried });
  return best?.action === 'guide' ? best.title : `${best?.action} ${best?.target}`;
};

describe('after a failed run', () => {
  test.each<[string, string]>([
    ['an object exists that belongs to nobody or to another release (exit code 1)', 'take-ownership cilium'],
    [
      'the wait ended before the workload was ready (exit code 1)',
      'after the failure: look at the workload, not at Helm',
    ],
    [
      'the helmfile needs an environment variable (exit code 1)',
      'after the failure: set the variable, usually to the top of the repository',
    ],
    [
      'exit code 1: secrets is forbidden: User "x" cannot create resource',
      'after the failure: ask for the permission that the tool lacked',
    ],
    ['exit code 1: nobody knows', 'sync-all null'],
  ])('because of "%s" the first answer is %s', (failure, wanted) => {
    expect(answer([failed(failure)])).toBe(wanted);
  });

  test('for a lock the lock is cleared first', () => {
    const objects = { 'helm-releases': [helmSecret('cilium', 'kube-system', 4, 'pending-upgrade', 3_600)] };
    const failure =
      'the release is locked by an operation that runs, or by one that was killed (exit code 1)';
    expect(answer([failed(failure)], { objects })).toBe('clear-helm-lock cilium');
  });

  test('what worked since, what was long ago and what was cancelled is forgotten', () => {
    const now = benchOf().now;
    const first = 'sync-release cilium';
    expect(answer([failed('exit code 1', { endedAt: now - 3_600_000 })])).toBe(first);
    expect(answer([failed('exit code 1', { state: 'cancelled' })])).toBe(first);
    expect(
      answer([
        failed('exit code 1'),
        failed('', { state: 'succeeded', failure: null, endedAt: now - 1_000 }),
      ]),
    ).toBe(first);
    expect(answer([failed('exit code 1', { target: say`coredns` })])).toBe(first);
  });

  test('the guide says the names that it knows', () => {
    const bench = {
      ...benchOf({ root: noCni }),
      tried: [failed('the wait ended before the workload was ready (exit code 1)')],
    };
    expect(bestRemedy(noCni, bench)?.commands[0]?.join(' ')).toBe(
      'kubectl --context homelab --namespace kube-system get pods --output wide',
    );
  });

  test.each([
    ['the release is locked by an operation that runs, or by one that was killed (exit code 1)', 'S73'],
    ['it failed: deployments.apps is forbidden: User "x" cannot patch resource', 'forbidden'],
    ['exit code 1: something', null],
  ])('%s is read as %s', (failure, id) => {
    expect(failureId(failed(failure))).toBe(id);
  });
});

test('helm 3 cannot overrule other owners of fields', () => {
  expect(guardsOf(forceConflicts, 'cilium', benchOf())).toContain(
    "blocking: only helm 4 applies on the server's side and can overrule",
  );
});

describe('several missing releases', () => {
  const gone = (name: string, namespace: string) => ({
    ...component(name, namespace, null),
    verdict: 'down' as const,
    findings: [{ problem: 'missing' as const, message: say`not installed` }],
  });
  const all = workshop.repository.releases.map(one => gone(one.name, one.namespace));
  const planOf = (components: BenchGiven['components'] = all): Plan | null =>
    rebuild.plan(null, benchOf({ root: noCni, ...(components && { components }) }));

  test('come back in the order of the helmfile, gated on their layers', () => {
    expect(planOf()?.steps.map(step => [step.title, step.gate?.layer])).toEqual([
      ['sync cilium', 'cni'],
      ['sync coredns', 'service-discovery'],
      ['sync spegel', undefined],
      ['sync flux-operator', undefined],
      ['sync flux-instance', undefined],
    ]);
    expect(planOf()).toMatchObject({ danger: 3, typedWord: 'homelab', success: { layer: 'flux' } });
  });

  test('are the first answer; one alone, or Flux alone, has its own', () => {
    const best = (components: NonNullable<BenchGiven['components']>, root = noCni) =>
      bestRemedy(root, benchOf({ root, components }))?.action;
    expect(best(all)).toBe('rebuild');
    expect(best(all.slice(0, 1))).toBe('sync-release');
    const noFlux = rootOf('flux', 'missing', ref('Deployment', 'flux-system', 'flux-operator'));
    expect(best(all.slice(3), noFlux)).toBe('install-flux');
  });

  test('leave alone what is there', () => {
    const plan = planOf([
      gone('cilium', 'kube-system'),
      component('coredns', 'kube-system', '1.42.1'),
      gone('spegel', 'kube-system'),
    ]);
    expect(plan?.steps.map(step => step.title)).toEqual(['sync cilium', 'sync spegel']);
  });
});

describe('what a plan of ours suspended', () => {
  const objects = {
    helmreleases: [
      {
        metadata: {
          name: 'cilium',
          namespace: 'kube-system',
          annotations: { 'groundup.dev/suspended': '2026-01-02T03:04:05.000Z' },
        },
        spec: { suspend: true },
      },
      { metadata: { name: 'jellyfin', namespace: 'media' }, spec: { suspend: true } },
    ],
    'deployments-flux': fluxAlive,
  };

  test('is offered to be resumed before everything else, also when nothing is broken', () => {
    const { diagnosis, snapshot, workshop: tools, now } = benchOf({ objects });
    const [first, ...others] = offer(diagnosis, snapshot, tools, now).get('apps') ?? [];
    expect(first).toMatchObject({
      action: 'resume',
      target: 'HelmRelease kube-system/cilium',
      blockedBy: null,
    });
    expect(first?.plan.steps).toMatchObject([
      { body: { metadata: { annotations: { 'groundup.dev/suspended': null } }, spec: { suspend: false } } },
    ]);
    expect(others.map(one => one.target)).not.toContain('HelmRelease media/jellyfin');
  });
});

describe('the manifest that Helm stored', () => {
  const stored = (status: string) => ({
    objects: { 'helm-releases': [helmSecret('flux-instance', 'flux-system', 3, status, 60)] },
  });

  test('is read into a file, and applied into its namespace', () => {
    const plan = applyManifest.plan(say`flux-instance`, benchOf(stored('deployed')));
    expect(commandsOf(plan?.steps ?? []).map(words => words.join(' '))).toEqual([
      'helm --kube-context homelab --namespace flux-system get manifest flux-instance > manifest.yaml',
      'kubectl --context homelab --namespace flux-system apply --server-side --field-manager=helm --filename manifest.yaml',
    ]);
    expect(plan?.steps[1]).toMatchObject({ inRunFolder: true });
  });

  test('is not used without warning when it may be half, nor where its kind is unknown', () => {
    expect(guardsOf(applyManifest, 'flux-instance', benchOf(stored('failed')))).toContain(
      'warning: revision 3 of flux-instance is failed: its manifest may be half of one',
    );
    expect(guardsOf(applyManifest, 'flux-instance', benchOf(stored('deployed'))).join()).toContain(
      'blocking: the cluster does not know FluxInstances',
    );
    expect(applyManifest.targets(benchOf())).toEqual([]);
  });
});

describe('a lock of a release', () => {
  test('that the helmfile does not know is cleared without a sync', () => {
    const objects = { 'helm-releases': [helmSecret('leftover', 'default', 1, 'pending-install', 3_600)] };
    const root = rootOf('apps', 'release-pending', ref('Release', 'default', 'leftover'));
    const best = remediesFor(root, benchOf({ root, objects }))[0];
    expect(best).toMatchObject({ action: 'clear-helm-lock', target: 'default/leftover' });
    expect(best?.plan.steps.map(step => step.title)).toEqual(['delete the record of revision 1']);
    expect(best?.plan.success).toMatchObject({
      layer: 'apps',
      object: { kind: 'Release', name: 'leftover' },
    });
  });

  test('beside the chain is cleared and proven by its own finding', () => {
    const objects = { 'helm-releases': [helmSecret('spegel', 'kube-system', 4, 'pending-upgrade', 3_600)] };
    const plan = clearHelmLock.plan(say`spegel`, benchOf({ objects }));
    expect(plan?.success).toMatchObject({ layer: 'apps', object: { kind: 'Release', name: 'spegel' } });
  });
});

describe('the taint of a CNI', () => {
  const tainted = {
    metadata: { name: 'k8s-1' },
    spec: {
      taints: [
        { key: 'node.cilium.io/agent-not-ready', effect: 'NoSchedule' },
        { key: 'mine', effect: 'NoSchedule' },
      ],
    },
  };
  test('that is gone is removed, only if the taints are still the same', () => {
    const plan = removeTaint.plan(say`Node k8s-1`, benchOf({ objects: { nodes: [tainted] } }));
    expect(plan?.steps).toMatchObject([
      {
        contentType: 'application/json-patch+json',
        body: [
          { op: 'test', path: '/spec/taints', value: tainted.spec.taints },
          { op: 'replace', path: '/spec/taints', value: [{ key: 'mine', effect: 'NoSchedule' }] },
        ],
      },
    ]);
  });

  test('that is there is left to it', () => {
    const daemonsets = [{ metadata: { name: 'cilium', namespace: 'kube-system' } }];
    const bench = benchOf({ objects: { nodes: [tainted], daemonsets } });
    expect(guardsOf(removeTaint, 'Node k8s-1', bench).join()).toContain('blocking: Cilium is there');
    expect(
      removeTaint.treats(
        { layer: 'nodes', problem: 'tainted', object: ref('Node', null, 'k8s-1'), nodes: null },
        bench,
      ),
    ).toEqual([]);
  });
});
