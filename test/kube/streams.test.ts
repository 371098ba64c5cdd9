import { describe, expect, it, onTestFinished } from 'vitest';
import { bookmark, json, list, object, status, text } from './fixtures/fake-api.ts';
import { openTestCluster } from './fixtures/open-test-cluster.ts';
import { until } from './fixtures/until.ts';

const NODES = '/api/v1/nodes';
const lists = (hit: { path: string; query: URLSearchParams }): boolean =>
  hit.path === NODES && !hit.query.has('watch');
const watches = (hit: { path: string; query: URLSearchParams }): boolean =>
  hit.path === NODES && hit.query.has('watch');

describe('a list', () => {
  it('is followed page by page where a server answers so, and is live only when the last one came', async () => {
    const { api, names, reaches } = await openTestCluster({
      prepare: server =>
        server.answer(NODES, (hit, response) => {
          if (hit.query.has('watch'))
            return response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
          if (hit.query.get('continue') === 'more') json(response, list([object('b')], '20'));
          else json(response, list([object('a')], '10', 'more'));
        }),
    });
    await reaches('nodes', 'live');
    expect(names('nodes')).toEqual(['a', 'b']);
    expect(api.hits.find(lists)?.query.get('resourceVersion')).toBe('0');
    expect(api.hits.findLast(lists)?.query.get('limit')).toBe('500');
    await until(() => api.count(watches) === 1);
    expect(api.hits.find(watches)?.query.get('resourceVersion')).toBe('20');
  });

  it('starts again when the server forgot the place where a page ended', async () => {
    let expired = true;
    const { names, reaches, history } = await openTestCluster({
      prepare: server =>
        server.answer(NODES, (hit, response) => {
          if (hit.query.has('watch'))
            return response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
          if (!hit.query.has('continue'))
            return json(response, list([object(expired ? 'gone' : 'a')], '10', 'more'));
          if (!expired) return json(response, list([object('b')], '20'));
          expired = false;
          return status(response, 410, 'Expired');
        }),
    });
    await reaches('nodes', 'live');
    expect(names('nodes')).toEqual(['a', 'b']);
    expect(history('nodes')).not.toContain('failed:closed');
  });

  it('leaves out what is not an object, and counts it', async () => {
    const { cluster, names, reaches } = await openTestCluster({
      prepare: server => server.lists.set(NODES, [object('a'), null, { metadata: {} }, 7, object('b')]),
    });
    await reaches('nodes', 'live');
    expect(names('nodes')).toEqual(['a', 'b']);
    expect(cluster.stats().unreadable).toBe(3);
  });

  it('that is a login page is a failure in words', async () => {
    const { freshness, reaches } = await openTestCluster({
      prepare: server => server.answer(NODES, (_, response) => text(response, 200, '<html>', 'text/html')),
    });
    await reaches('nodes', 'failed', 'parse');
    expect(freshness('nodes')).toMatchObject({ message: expect.stringContaining('text/html') });
  });
});

describe('the first list', () => {
  const PODS = '/api/v1/pods';
  const searches = (hit: { path: string; query: URLSearchParams }): boolean =>
    hit.path === PODS && hit.query.has('fieldSelector') && !hit.query.has('watch');

  it('is answered from the cache of the server, and after a refresh from what is newest', async () => {
    const { api, cluster, reaches } = await openTestCluster({ onlyStreams: ['pods-pending'] });
    await reaches('pods-pending', 'live');
    expect(api.hits.find(searches)?.query.get('resourceVersion')).toBe('0');
    expect(api.hits.find(searches)?.query.has('limit')).toBe(false);
    cluster.refresh();
    await until(() => api.count(searches) === 2);
    expect(api.hits.findLast(searches)?.query.has('resourceVersion')).toBe(false);
    await reaches('pods-pending', 'live');
  });
});

describe('a watch', () => {
  it('that is answered with a web page is a failure in words, and ends nothing else', async () => {
    const uncaught: unknown[] = [];
    const note = (error: unknown): void => void uncaught.push(error);
    process.on('uncaughtException', note);
    onTestFinished(() => void process.off('uncaughtException', note));
    const { api, reaches } = await openTestCluster({
      prepare: server =>
        server.answer(NODES, (hit, response) => {
          if (hit.query.has('watch')) text(response, 200, '<html>', 'text/html');
          else json(response, list([object('a')]));
        }),
    });
    await reaches('nodes', 'stale', 'parse');
    await until(() => api.count(watches) >= 2);
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(uncaught).toEqual([]);
  });

  it('brings changes, and bookmarks move the version from which it goes on', async () => {
    const { api, names, reaches, history } = await openTestCluster({
      prepare: server => server.lists.set(NODES, [object('a'), object('b')]),
    });
    await reaches('nodes', 'live');
    await until(() => api.watches(NODES).length === 1);
    api.send(NODES, { type: 'ADDED', object: object('c', '11') });
    api.send(NODES, { type: 'DELETED', object: object('a', '12') });
    api.send(NODES, { type: 'MODIFIED', object: object('b', '13', { spec: { unschedulable: true } }) });
    api.send(NODES, bookmark('77'));
    await until(() => names('nodes').join() === 'b,c');
    await new Promise(resolve => setTimeout(resolve, 80));
    api.endWatches(NODES);
    await until(() => api.count(watches) === 2);
    expect(api.hits.findLast(watches)?.query.get('resourceVersion')).toBe('77');
    expect(api.hits.findLast(watches)?.query.get('allowWatchBookmarks')).toBe('true');
    expect(api.count(lists)).toBe(1);
    expect(history('nodes')).toEqual(['live']);
  });

  it('confirms with every event', async () => {
    const { api, freshness, reaches } = await openTestCluster();
    await reaches('nodes', 'live');
    const confirmed = (): number => {
      const now = freshness('nodes');
      return now.state === 'live' ? now.confirmedAt : 0;
    };
    const first = confirmed();
    await new Promise(resolve => setTimeout(resolve, 20));
    api.send(NODES, bookmark('12'));
    await until(() => confirmed() > first);
  });

  it.each([
    ['a line that is not JSON', '{"type":"ADDED","obj'],
    ['an event of an unknown kind', { type: 'SURPRISE', object: object('x') }],
    ['an object without a name', { type: 'ADDED', object: { metadata: { resourceVersion: '11' } } }],
    ['an object without a version', { type: 'ADDED', object: { metadata: { name: 'x' } } }],
  ])('is not trusted after %s: stale, then listed again', async (_, line) => {
    const { api, reaches, history } = await openTestCluster();
    await until(() => api.watches(NODES).length === 1);
    api.lists.set(NODES, [object('new')]);
    api.send(NODES, line);
    await until(() => api.count(lists) === 2);
    await reaches('nodes', 'live');
    expect(history('nodes')).toEqual(['live', 'stale:parse', 'live']);
  });

  it('whose version expired lists again, once, without alarm', async () => {
    const { api, names, history } = await openTestCluster();
    await until(() => api.watches(NODES).length === 1);
    api.lists.set(NODES, [object('later')]);
    api.send(NODES, { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } });
    await until(() => names('nodes').join() === 'later');
    await until(() => api.count(watches) === 2);
    expect(api.count(lists)).toBe(2);
    expect(history('nodes')).toEqual(['live']);
  });

  it('whose version expired as an HTTP status lists again, too', async () => {
    let first = true;
    const { api, reaches } = await openTestCluster({
      prepare: server => {
        const undo = server.answer(NODES, (hit, response) => {
          if (!hit.query.has('watch')) return json(response, list([]));
          if (first) undo();
          first = false;
          return status(response, 410, 'Gone');
        });
      },
    });
    await until(() => api.watches(NODES).length === 1);
    await reaches('nodes', 'live');
    expect(api.count(lists)).toBe(2);
  });

  it('that falls silent is stale, and listed again at once', async () => {
    const { api, reaches, history } = await openTestCluster({ limits: { silence: 120 } });
    await until(() => api.count(lists) >= 2);
    await reaches('nodes', 'live');
    await until(() => history('nodes').length >= 3);
    expect(history('nodes').slice(0, 3)).toEqual(['live', 'stale:silent', 'live']);
  });

  it('that the server ends at once again and again is an error with back-off', async () => {
    const { api, reaches } = await openTestCluster({
      limits: { backoffBase: 100, backoffCap: 200 },
      prepare: server =>
        server.answer(NODES, (hit, response) => {
          if (!hit.query.has('watch')) return json(response, list([]));
          response.writeHead(200, { 'content-type': 'application/json' });
          response.end();
        }),
    });
    await reaches('nodes', 'stale', 'closed');
    const before = api.count(lists);
    await new Promise(resolve => setTimeout(resolve, 300));
    expect(api.count(lists) - before).toBeLessThanOrEqual(4);
  });
});

describe('what may not be read', () => {
  it('is failed(rbac) alone, and not asked again until refreshed', async () => {
    const { api, cluster, freshness, reaches } = await openTestCluster({
      onlyStreams: ['nodes', 'namespaces'],
      prepare: server =>
        server.answer('/api/v1/namespaces', (_, response) => status(response, 403, 'Forbidden')),
    });
    await reaches('namespaces', 'failed', 'rbac');
    await reaches('nodes', 'live');
    expect(freshness('namespaces')).toMatchObject({ message: expect.stringContaining('list namespaces') });
    await new Promise(resolve => setTimeout(resolve, 200));
    const asked = (): number => api.count(hit => hit.path === '/api/v1/namespaces');
    expect(asked()).toBe(1);
    cluster.refresh();
    await until(() => asked() === 2);
  });

  it('Secrets are asked for as metadata only', async () => {
    const { api, names, reaches } = await openTestCluster({
      onlyStreams: ['helm-releases'],
      prepare: server =>
        server.lists.set('/api/v1/secrets', [
          { metadata: { name: 'r', namespace: 'x' }, data: { release: 'c2VjcmV0' } },
        ]),
    });
    await reaches('helm-releases', 'live');
    expect(names('helm-releases')).toEqual(['x/r']);
    await until(() => api.watches('/api/v1/secrets').length === 1);
    const accepts = api.hits.filter(hit => hit.path === '/api/v1/secrets').map(hit => hit.headers.accept);
    expect(accepts).toEqual([
      'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
      'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
    ]);
  });
});

describe('a kind that is not served', () => {
  const KS = '/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations';
  const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

  it('is absent, and appears soon after its definition', async () => {
    const { api, names, reaches } = await openTestCluster({
      onlyStreams: ['crds', 'kustomizations'],
      prepare: server => server.missing.add(KS),
    });
    await reaches('kustomizations', 'absent');
    await until(() => api.watches(CRDS).length === 1);
    api.missing.delete(KS);
    api.lists.set(KS, [{ metadata: { name: 'apps', namespace: 'flux-system' } }]);
    const definition = object('kustomizations.kustomize.toolkit.fluxcd.io', '11');
    api.send(CRDS, { type: 'ADDED', object: definition });
    await until(() => names('kustomizations').length === 1);
    expect(api.count(hit => hit.path === '/apis')).toBeGreaterThan(1);
  });

  it('is looked up in discovery, where an older version may be the one', async () => {
    const group = {
      name: 'kustomize.toolkit.fluxcd.io',
      preferredVersion: { version: 'v1beta2' },
      versions: [{ version: 'v1beta2' }],
    };
    const { cluster, reaches } = await openTestCluster({
      onlyStreams: ['kustomizations'],
      prepare: server => {
        server.missing.add(KS);
        server.answer('/apis', (_, response) => json(response, { kind: 'APIGroupList', groups: [group] }));
      },
    });
    await reaches('kustomizations', 'live');
    expect(cluster.snapshot().groups?.get('kustomize.toolkit.fluxcd.io')).toBe('v1beta2');
  });

  it('is found in the aggregated form of discovery as well', async () => {
    const item = {
      metadata: { name: 'kustomize.toolkit.fluxcd.io' },
      versions: [
        { version: 'v2', resources: [{ resource: 'others' }] },
        { version: 'v1beta2', resources: [{ resource: 'kustomizations' }] },
      ],
    };
    const { api, reaches } = await openTestCluster({
      onlyStreams: ['kustomizations'],
      prepare: server => {
        server.missing.add(KS);
        server.answer('/apis', (_, response) =>
          json(response, { kind: 'APIGroupDiscoveryList', items: [item] }),
        );
      },
    });
    await reaches('kustomizations', 'live');
    const asked = api.hits.filter(hit => hit.path === '/apis').map(hit => hit.headers.accept);
    expect(asked[0]).toBe('application/json');
    expect(asked.at(-1)).toMatch(/^application\/json(;g=apidiscovery|$)/);
  });
});
