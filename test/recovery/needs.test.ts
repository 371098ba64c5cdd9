import { describe, expect, test } from 'vitest';
import { needGuards } from '../../src/recovery/need-guards.ts';
import { needsOf, openNeeds } from '../../src/recovery/needs.ts';
import { planAction } from '../../src/recovery/offer.ts';
import type { Step } from '../../src/recovery/plan.ts';
import { field } from '../../src/text/field.ts';
import { say } from '../../src/text/safe.ts';
import { benchOf } from './bench.ts';

const api = (method: 'PATCH' | 'POST' | 'PUT' | 'DELETE', path: string): Step => ({
  kind: 'api',
  title: say`change`,
  method,
  path: field(path),
  contentType: 'application/json',
  body: {},
  command: [],
  deadlineMs: 1,
});
const tool = (name: 'helmfile' | 'flux' | 'helm', ...args: readonly string[]): Step => ({
  kind: 'tool',
  title: say`run`,
  tool: name,
  args: args.map(arg => field(arg)),
  cwd: '/',
  env: {},
  deadlineMs: 1,
});

describe('what a plan needs to be allowed', () => {
  test.each([
    [
      api('PATCH', '/apis/apps/v1/namespaces/kube-system/deployments/coredns/scale?fieldManager=groundup'),
      {
        verb: 'patch',
        group: 'apps',
        resource: 'deployments',
        subresource: 'scale',
        namespace: 'kube-system',
        name: 'coredns',
      },
    ],
    [
      api('DELETE', '/api/v1/namespaces/kube-system/pods/coredns-1'),
      { verb: 'delete', group: '', resource: 'pods', namespace: 'kube-system', name: 'coredns-1' },
    ],
    [
      api('PATCH', '/api/v1/nodes/k8s-1?fieldManager=groundup'),
      { verb: 'patch', group: '', resource: 'nodes', namespace: null, name: 'k8s-1' },
    ],
    [
      api('POST', '/api/v1/namespaces/flux-system/secrets'),
      { verb: 'create', group: '', resource: 'secrets', namespace: 'flux-system' },
    ],
    [
      api('PUT', '/api/v1/namespaces/media/finalize'),
      {
        verb: 'update',
        group: '',
        resource: 'namespaces',
        namespace: null,
        name: 'media',
        subresource: 'finalize',
      },
    ],
    [
      tool(
        'flux',
        '--context',
        'homelab',
        '--namespace',
        'media',
        'reconcile',
        'helmrelease',
        'jellyfin',
        '--with-source',
      ),
      {
        verb: 'patch',
        group: 'helm.toolkit.fluxcd.io',
        resource: 'helmreleases',
        namespace: 'media',
        name: 'jellyfin',
      },
    ],
    [
      tool('flux', '--namespace', 'flux-system', 'reconcile', 'source', 'git', 'flux-system'),
      {
        verb: 'patch',
        group: 'source.toolkit.fluxcd.io',
        resource: 'gitrepositories',
        namespace: 'flux-system',
        name: 'flux-system',
      },
    ],
  ])('is read from its steps: %#', (step, need) => {
    expect(needsOf([step, step], benchOf())).toEqual([need]);
  });

  test('is for a release of the CNI: its state in Secrets, and its agents', () => {
    expect(planAction('sync-release', say`cilium`, benchOf())?.needs).toEqual(
      expect.arrayContaining([
        { verb: 'create', group: '', resource: 'secrets', namespace: 'kube-system' },
        { verb: 'patch', group: 'apps', resource: 'daemonsets', namespace: 'kube-system' },
      ]),
    );
  });

  test('is not guessed for tools that do many things', () => {
    expect(needsOf([tool('helm', 'get', 'manifest', 'x')], benchOf())).toEqual([]);
  });
});

describe('the answers', () => {
  const need = {
    verb: 'patch',
    group: 'apps',
    resource: 'deployments',
    namespace: 'kube-system',
    name: 'coredns',
  };

  test('name each missing permission', () => {
    expect(
      needGuards([
        { need, answer: 'denied' },
        { need, answer: 'allowed' },
      ]),
    ).toEqual([
      {
        state: 'blocking',
        text: 'you may not patch deployments.apps coredns in the namespace kube-system: ask for this permission',
      },
    ]);
  });

  test('warn when nothing was said, and pass when all is allowed', () => {
    expect(needGuards([{ need, answer: 'unsure' }])[0]?.state).toBe('warning');
    expect(needGuards([{ need, answer: 'allowed' }])[0]?.state).toBe('passed');
    expect(needGuards([])).toEqual([]);
  });
});

describe('what kubectl needs', () => {
  const named = (name: string): Step => ({ ...tool('helm'), tool: field(name) }) as Step;
  const rendered: Step = {
    ...(tool('helmfile', 'template') as Extract<Step, { kind: 'tool' }>),
    output: { file: field('crds.yaml'), onlyKind: field('CustomResourceDefinition') },
  };
  const kubectl = (...args: readonly string[]): Step =>
    ({ ...tool('helm', ...args), tool: 'kubectl' }) as Step;
  const definitions = {
    group: 'apiextensions.k8s.io',
    resource: 'customresourcedefinitions',
    namespace: null,
  };

  test('follows from what is applied, when an earlier step keeps one kind only', () => {
    const steps = [rendered, kubectl('apply', '--filename', 'crds.yaml')];
    expect(needsOf(steps, benchOf())).toEqual([
      { ...definitions, verb: 'create' },
      { ...definitions, verb: 'patch' },
    ]);
    expect(openNeeds(steps)).toEqual([]);
  });

  test('of a copy of a Secret is to read it', () => {
    const copy = kubectl(
      '--context',
      'c',
      '--namespace',
      'kube-system',
      'get',
      'secret',
      'one',
      '--output=yaml',
    );
    expect(needsOf([copy], benchOf())).toEqual([
      { verb: 'get', group: '', resource: 'secrets', namespace: 'kube-system', name: 'one' },
    ]);
  });

  test.each([
    ['a whole manifest', kubectl('apply', '--filename', 'manifest.yaml')],
    ['a task', { ...tool('helm', 'bootstrap:apps'), tool: 'task' } as Step],
    ['a program of the configuration', named('repair-vlan')],
  ])('of %s cannot be known, and that is said', (_, step) => {
    expect(openNeeds([step]).map(guard => `${guard.state}: ${guard.text}`)).toEqual([
      'warning: what "run" must be allowed to do cannot be known beforehand: a refusal shows only when it runs',
    ]);
  });
});
