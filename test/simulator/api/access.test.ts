import { describe, expect, it } from 'vitest';
import { type Attributes, everything, except, limitedTo } from '../../../src/simulator/api/access.ts';

const asking = (verb: string, resource: string, more: Partial<Attributes> = {}): Attributes => ({
  verb,
  group: '',
  resource,
  subresource: '',
  namespace: 'default',
  name: '',
  path: '',
  ...more,
});

describe('limitedTo', () => {
  const caller = limitedTo('vera', [
    {
      verbs: ['get', 'list'],
      groups: ['', 'apps'],
      resources: ['pods', 'pods/log', 'deployments'],
      namespaces: ['default'],
    },
    { verbs: ['patch'], groups: ['apps'], resources: ['deployments'], names: ['web'] },
    { verbs: ['get'], paths: ['/metrics', '/logs/*'] },
    { verbs: ['*'], groups: ['*'], resources: ['*/status'] },
  ]);

  it.each([
    [asking('get', 'pods'), true],
    [asking('delete', 'pods'), false],
    [asking('get', 'pods', { namespace: 'other' }), false],
    [asking('get', 'pods', { subresource: 'log' }), true],
    [asking('get', 'pods', { subresource: 'exec' }), false],
    [asking('list', 'deployments', { group: 'apps' }), true],
    [asking('list', 'deployments', { group: 'extensions' }), false],
    [asking('patch', 'deployments', { group: 'apps', name: 'web' }), true],
    [asking('patch', 'deployments', { group: 'apps', name: 'db' }), false],
    [asking('update', 'nodes', { subresource: 'status', namespace: '' }), true],
    [asking('get', '', { path: '/metrics' }), true],
    [asking('get', '', { path: '/logs/a/b' }), true],
    [asking('get', '', { path: '/debug' }), false],
    [asking('get', '', { path: '/apis/apps/v1' }), true],
    [asking('create', 'selfsubjectaccessreviews', { group: 'authorization.k8s.io' }), true],
  ])('%o is allowed: %s', (attributes, allowed) => {
    expect(caller.allow(attributes)).toBe(allowed);
  });
});

describe('except', () => {
  it('takes away what the rules name and leaves the rest', () => {
    const caller = except(everything('ada'), [{ verbs: ['*'], resources: ['secrets'] }]);
    expect(caller.allow(asking('get', 'secrets'))).toBe(false);
    expect(caller.allow(asking('get', 'pods'))).toBe(true);
    expect(caller.groups).not.toContain('system:masters');
  });
});
