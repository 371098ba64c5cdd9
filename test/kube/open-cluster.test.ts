import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planOf } from '../../src/cluster/stream-plans.ts';
import { streamIds } from '../../src/cluster/streams.ts';
import { openCluster } from '../../src/kube/open-cluster.ts';
import { json, object, podTable, status, text } from './fixtures/fake-api.ts';
import { openTestCluster } from './fixtures/open-test-cluster.ts';
import { quickLimits } from './fixtures/quick-limits.ts';
import { resolvedFor } from './fixtures/resolved.ts';
import { until } from './fixtures/until.ts';

const NODES = '/api/v1/nodes';

describe('opening', () => {
  it('gives a snapshot at once, that says connecting and waiting', async () => {
    const { cluster } = await openTestCluster();
    const { api, streams, groups, pods } = cluster.snapshot();
    expect(api.reach).toBe('connecting');
    expect(groups).toBeNull();
    expect(pods.freshness.state).toBe('waiting');
    // What only a configuration asks for is not waited for.
    for (const id of streamIds)
      expect(streams[id].freshness.state, id).toBe(planOf(id, undefined) === null ? 'absent' : 'waiting');
  });

  it('loads every stream, discovery, version, readyz and the table of pods', async () => {
    const { cluster, api } = await openTestCluster({
      onlyStreams: streamIds,
      limits: { heartbeatDeadline: 3_000 },
      prepare: server => {
        server.lists.set(NODES, [
          object('n1', '1', { status: { addresses: [{ type: 'InternalIP', address: '10.0.0.1' }] } }),
        ]);
        const rows = [
          ['a', '1/1', 'Running', '5m', '10.0.0.1', 'n1'],
          ['b', '1/1', 'Running', '5m', '10.244.0.9', 'n1'],
        ] as const;
        server.answer('/api/v1/pods', (hit, response) =>
          hit.headers.accept?.includes('as=Table')
            ? json(response, podTable(rows))
            : json(response, { kind: 'PodList', metadata: { resourceVersion: '1' }, items: [] }),
        );
      },
    });
    await cluster.loaded(5_000);
    const { api: facts, streams, groups, pods } = cluster.snapshot();
    expect(facts).toMatchObject({
      reach: 'reached',
      version: 'v1.33.1',
      readyz: { passed: 2, failed: [] },
      failure: null,
    });
    expect(Object.values(streams).filter(stream => stream.freshness.state === 'waiting')).toEqual([]);
    expect(groups?.size).toBe(0);
    expect(pods).toMatchObject({ total: 2, freshness: { state: 'live' } });
    expect(pods.byNode.get('n1')).toMatchObject({ running: 2, ready: 2, readyOnPodNetwork: 1 });
    expect(api.hits.find(hit => hit.headers.accept?.includes('as=Table'))?.query.get('includeObject')).toBe(
      'None',
    );
  });

  it('is loaded when everything failed as well', async () => {
    const { cluster, api } = await openTestCluster({ prepare: server => void server.crash() });
    const started = performance.now();
    await cluster.loaded(10_000);
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(cluster.snapshot()).toMatchObject({
      api: { reach: 'unreached', failure: { reason: 'refused' } },
      streams: { nodes: { freshness: { state: 'failed', reason: 'refused' } } },
    });
    expect(api.hits).toHaveLength(0);
  });
});

describe('a snapshot', () => {
  it('keeps the identity of what did not change', async () => {
    const { api, cluster, reaches } = await openTestCluster({ onlyStreams: ['nodes', 'namespaces'] });
    await cluster.loaded(5_000);
    await reaches('namespaces', 'live');
    const first = cluster.snapshot();
    expect(cluster.snapshot().streams).toBe(first.streams);
    await until(() => api.watches(NODES).length === 1);
    api.send(NODES, { type: 'ADDED', object: object('x', '11') });
    await until(() => cluster.snapshot().streams.nodes.items.size === 1);
    const second = cluster.snapshot();
    expect(first.streams.nodes.items.size).toBe(0);
    expect(second.streams.namespaces).toBe(first.streams.namespaces);
    expect(second.pods).toBe(first.pods);
  });

  it('counts in cluster time', async () => {
    const { cluster } = await openTestCluster({ fake: { skew: 7_200_000 } });
    await until(() => cluster.snapshot().api.clockSkew !== null);
    expect(Math.abs(cluster.snapshot().now - Date.now() - 7_200_000)).toBeLessThan(2_000);
  });
});

describe('an API server that goes away', () => {
  it('makes everything stale at once, and everything live again soon after it is back', async () => {
    const { api, cluster, reaches, names } = await openTestCluster({
      prepare: server => server.lists.set(NODES, [object('a')]),
    });
    await cluster.loaded(5_000);
    await until(() => api.watches(NODES).length === 1);
    await api.crash();
    await until(() => cluster.snapshot().api.reach === 'unreached');
    await reaches('nodes', 'stale', 'refused');
    await until(() => cluster.snapshot().pods.freshness.state === 'stale');
    expect(names('nodes')).toEqual(['a']);
    api.lists.set(NODES, [object('b')]);
    await api.start();
    const started = performance.now();
    await reaches('nodes', 'live');
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(names('nodes')).toEqual(['b']);
    expect(cluster.snapshot().api).toMatchObject({ reach: 'reached', failure: null });
  });

  it('that freezes with its connections open is noticed by two misses', async () => {
    const { api, cluster, reaches } = await openTestCluster({ limits: { heartbeatDeadline: 100 } });
    await cluster.loaded(5_000);
    api.freeze(true);
    await until(() => cluster.snapshot().api.reach === 'unreached');
    await reaches('nodes', 'stale', 'timeout');
    api.freeze(false);
    await reaches('nodes', 'live');
  });

  it('that flaps is never live while unreached', async () => {
    const { api, cluster } = await openTestCluster();
    await cluster.loaded(5_000);
    let lies = 0;
    cluster.onChange(() => {
      const { api: facts, streams } = cluster.snapshot();
      if (facts.reach === 'unreached' && streams.nodes.freshness.state === 'live') lies++;
    });
    for (let i = 0; i < 3; i++) {
      await api.crash();
      await until(() => cluster.snapshot().api.reach === 'unreached');
      await api.start();
      await until(() => cluster.snapshot().streams.nodes.freshness.state === 'live');
    }
    expect(lies).toBe(0);
  });

  it('still lives when only its readiness hangs: the words name what stands behind it', async () => {
    const { cluster } = await openTestCluster({
      limits: { heartbeatDeadline: 300 },
      prepare: server => server.answer('/readyz', () => undefined),
    });
    await until(() => cluster.snapshot().api.failure !== null);
    const { api } = cluster.snapshot();
    expect(api).toMatchObject({ reach: 'reached', readyz: null, failure: { reason: 'timeout' } });
    expect(api.failure?.message).toContain('etcd');
  });
});

describe('the heartbeat', () => {
  it.each([
    [403, 'rbac'],
    [401, 'unauthorized'],
  ])('counts %i as reached', async (code, reason) => {
    const { cluster } = await openTestCluster({
      prepare: server => server.answer('/readyz', (_, response) => status(response, code, 'No')),
    });
    await until(() => cluster.snapshot().api.reach !== 'connecting');
    expect(cluster.snapshot().api).toMatchObject({ reach: 'reached', readyz: null, failure: { reason } });
  });

  it('names the checks that failed', async () => {
    const { cluster } = await openTestCluster({
      prepare: server =>
        server.answer('/readyz', (_, response) =>
          text(response, 500, '[+]ping ok\n[-]etcd failed: reason withheld\n'),
        ),
    });
    await until(() => cluster.snapshot().api.reach === 'reached');
    expect(cluster.snapshot().api).toMatchObject({ readyz: { passed: 1, failed: ['etcd'] }, failure: null });
  });

  it('that is accepted again wakes everything that was refused', async () => {
    let refuse = true;
    const { reaches } = await openTestCluster({
      limits: { backoffBase: 60_000, backoffCap: 60_000 },
      prepare: server => {
        server.answer('/readyz', (_, response) =>
          refuse ? status(response, 401, 'Unauthorized') : text(response, 200, '[+]ping ok\n'),
        );
        const undo = server.answer(NODES, (_, response) => {
          status(response, 401, 'Unauthorized');
          undo();
        });
      },
    });
    await reaches('nodes', 'failed', 'unauthorized');
    refuse = false;
    await reaches('nodes', 'live');
  });
});

describe('the table of pods', () => {
  it('is counted again soon after a pending pod changed, but not for each change', async () => {
    const { api, cluster } = await openTestCluster({
      onlyStreams: ['pods-pending'],
      limits: { tableAtMost: 150 },
    });
    await cluster.loaded(5_000);
    const tables = (): number => api.count(hit => hit.headers.accept?.includes('as=Table') === true);
    await until(() => api.watches('/api/v1/pods').length === 1);
    expect(tables()).toBe(1);
    for (let i = 0; i < 20; i++)
      api.send('/api/v1/pods', { type: 'ADDED', object: object(`p${i}`, `${20 + i}`) });
    await until(() => tables() === 2);
    await new Promise(resolve => setTimeout(resolve, 400));
    expect(tables()).toBe(2);
  });
});

describe('listeners', () => {
  it('are called once per turn of the event loop, and not after they left', async () => {
    const { api, cluster } = await openTestCluster();
    await cluster.loaded(5_000);
    await until(() => api.watches(NODES).length === 1);
    let calls = 0;
    const undo = cluster.onChange(() => calls++);
    const lines = Array.from({ length: 50 }, (_, i) =>
      JSON.stringify({ type: 'ADDED', object: object(`n${i}`, `${i + 20}`) }),
    );
    api.send(NODES, lines.join('\n'));
    await until(() => cluster.snapshot().streams.nodes.items.size === 50);
    await new Promise(resolve => setImmediate(resolve));
    expect(calls).toBeLessThan(10);
    undo();
    const before = calls;
    api.send(NODES, { type: 'DELETED', object: object('n1', '99') });
    await until(() => cluster.snapshot().streams.nodes.items.size === 49);
    expect(calls).toBe(before);
  });
});

describe('closing', () => {
  it('leaves nothing behind: a process that closed its cluster ends by itself', async () => {
    const script = join(import.meta.dirname, 'fixtures', 'open-and-close.ts');
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    const code = await new Promise(resolve => child.on('exit', (exit, signal) => resolve(exit ?? signal)));
    clearTimeout(timer);
    expect(code).toBe(0);
  });

  it('works while nothing answers', async () => {
    const { api } = await openTestCluster();
    api.freeze(true);
    const cluster = openCluster({ resolved: resolvedFor(api.url), limits: quickLimits });
    await new Promise(resolve => setTimeout(resolve, 50));
    const started = performance.now();
    await cluster.close();
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('credentials that cannot be had', () => {
  it('are said as such, not as a server that is away', async () => {
    const { cluster, api, reaches } = await openTestCluster({ user: { tokenFile: '/nowhere/token' } });
    await reaches('nodes', 'failed', 'credentials');
    await until(() => cluster.snapshot().api.failure?.reason === 'credentials');
    expect(cluster.snapshot().api.failure?.message).toContain('/nowhere/token');
    expect(api.hits).toHaveLength(0);
  });
});

describe('a machine that slept', () => {
  it('trusts nothing it knew, and asks everything again', async () => {
    let offset = 0;
    const { api, cluster, reaches, history } = await openTestCluster({
      machineClock: () => Date.now() + offset,
    });
    await cluster.loaded(5_000);
    await until(() => api.watches(NODES).length === 1);
    offset = 600_000;
    await until(() => history('nodes').includes('stale:silent'));
    await reaches('nodes', 'live');
    await until(() => cluster.snapshot().pods.freshness.state === 'live');
    expect(api.count(hit => hit.path === NODES && !hit.query.has('watch'))).toBe(2);
  });
});

describe('a server that is busy', () => {
  it('is not asked again before the time it gave', async () => {
    const { api, reaches } = await openTestCluster({
      prepare: server => {
        const undo = server.answer(NODES, (_, response) => {
          response.setHeader('retry-after', '1');
          status(response, 429, 'TooManyRequests');
          undo();
        });
      },
    });
    await reaches('nodes', 'failed', 'throttled');
    await reaches('nodes', 'live');
    const [first, second] = api.hits.filter(hit => hit.path === NODES).map(hit => hit.at);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(1_000);
  });
});

describe('a quiet hour', () => {
  it('costs at most twelve requests a minute, counted from the limits', async () => {
    const { defaultLimits: limits } = await import('../../src/kube/limits.ts');
    const [least, most] = limits.watchSeconds;
    const planned = streamIds.filter(id => planOf(id, undefined) !== null);
    const watches = planned.length / ((least + most) / 2 / 60);
    const perMinute = 60_000 / limits.heartbeat + watches + 60_000 / limits.tableEvery;
    expect(perMinute).toBeLessThanOrEqual(12);
  });
});
