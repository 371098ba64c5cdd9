import type { lookup } from 'node:dns';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { apiState } from '../../src/kube/api-state.ts';
import { clusterClock, watchForJumps } from '../../src/kube/cluster-clock.ts';
import { backoff, defaultLimits } from '../../src/kube/limits.ts';
import { ageMs, podCount } from '../../src/kube/pod-table.ts';
import { proxyFor } from '../../src/kube/proxy.ts';
import { readReadyz } from '../../src/kube/readyz.ts';
import { rememberingLookup } from '../../src/kube/resolve-host.ts';
import { lineSplitter } from '../../src/kube/split-lines.ts';
import { subjectOf, subjectText } from '../../src/kube/subject.ts';
import { podTable } from './fixtures/fake-api.ts';

afterEach(() => vi.useRealTimers());

describe('the cluster clock', () => {
  const at = Date.parse('2026-01-02T03:04:05Z');
  const clock = () => clusterClock(() => at);
  it('follows the server when it is hours apart', () => {
    const ahead = clock();
    ahead.note(new Date(at + 7_200_000).toUTCString(), 20);
    expect(Math.abs(ahead.now() - at - 7_200_000)).toBeLessThan(2_000);
  });
  it('ignores what a header of whole seconds cannot tell', () => {
    const near = clock();
    near.note(new Date(at + 500).toUTCString(), 20);
    expect(near.skew()).toBe(0);
    expect(near.now()).toBe(at);
  });
  it('does not believe a slow reply', () => {
    const slow = clock();
    slow.note(new Date(at + 60_000).toUTCString(), 5_000);
    expect(slow.skew()).toBeNull();
  });
  it('notices a jump of the wall clock and nothing else', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance', 'Date'] });
    let extra = 0;
    const jumps = vi.fn();
    const stop = watchForJumps(() => Date.now() + extra, jumps);
    vi.advanceTimersByTime(10_000);
    expect(jumps).not.toHaveBeenCalled();
    extra = 600_000;
    vi.advanceTimersByTime(1_000);
    expect(jumps).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(5_000);
    expect(jumps).toHaveBeenCalledTimes(1);
    stop();
  });
});

describe('the back-off', () => {
  it('grows from 0.8 s to 30 s with jitter over its upper half', () => {
    expect(backoff(0, defaultLimits, () => 1)).toBe(800);
    expect(backoff(3, defaultLimits, () => 1)).toBe(6_400);
    expect(backoff(99, defaultLimits, () => 1)).toBe(30_000);
    expect(backoff(99, defaultLimits, () => 0)).toBe(15_000);
    expect(backoff(0, defaultLimits, () => 0)).toBe(800);
  });
});

describe('the proxy', () => {
  const env = { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'internal.lan,.corp,10.0.0.0/8,exact:8443' };
  it.each([
    ['https://k8s.example.net:6443', 'http://proxy:3128'],
    ['https://api.internal.lan', null],
    ['https://a.corp', null],
    ['https://corp', 'http://proxy:3128'],
    ['https://10.1.2.3:6443', null],
    ['https://11.1.2.3:6443', 'http://proxy:3128'],
    ['https://exact:8443', null],
    ['https://exact:6443', 'http://proxy:3128'],
    ['https://127.0.0.1:6443', null],
    ['http://k8s.example.net', null],
  ])('for %s is %s', (server, proxy) => {
    expect(proxyFor(server, undefined, env)).toBe(proxy);
  });
  it('of the kubeconfig wins over the environment', () => {
    expect(proxyFor('https://10.1.2.3', 'socks5://p:1', env)).toBe('socks5://p:1');
  });
});

describe('name resolution', () => {
  it('uses the last good address when a later question fails', async () => {
    let broken = false;
    const ask = ((_: string, __: unknown, done: (e: Error | null, a: object[]) => void) =>
      broken ? done(new Error('no'), []) : done(null, [{ address: '10.0.0.1', family: 4 }])) as typeof lookup;
    const look = rememberingLookup(50, ask);
    const resolve = () =>
      new Promise(done => look('api', { all: false }, (error, address) => done(error ? 'failed' : address)));
    expect(await resolve()).toBe('10.0.0.1');
    broken = true;
    expect(await resolve()).toBe('10.0.0.1');
  });
  it('gives up on a resolver that hangs', async () => {
    const look = rememberingLookup(20, (() => undefined) as unknown as typeof lookup);
    const error = await new Promise<NodeJS.ErrnoException | null>(done => look('api', {}, done));
    expect(error?.code).toBe('EAI_AGAIN');
  });
});

describe('lines', () => {
  it('come out whole wherever the bytes are cut, also inside a character', () => {
    const bytes = Buffer.from('{"a":"é"}\n{"b":2}\nrest');
    for (let cut = 0; cut <= bytes.length; cut++) {
      const out: string[] = [];
      const lines = lineSplitter();
      lines.push(bytes.subarray(0, cut), line => out.push(line));
      lines.push(bytes.subarray(cut), line => out.push(line));
      expect(out).toEqual(['{"a":"é"}', '{"b":2}']);
    }
  });
  it('are refused when they grow beyond the cap', () => {
    const lines = lineSplitter(10);
    expect(lines.push(Buffer.from('12345'), () => undefined)).toBe(true);
    expect(lines.push(Buffer.from('6789012'), () => undefined)).toBe(false);
  });
});

describe('the words of RBAC', () => {
  it.each([
    ['GET', '/api/v1/namespaces/kube-system/pods', {}, 'list pods in the namespace kube-system'],
    ['GET', '/api/v1/pods', { watch: true }, 'watch pods'],
    ['GET', '/api/v1/namespaces/x', {}, 'get namespaces'],
    ['GET', '/api/v1/namespaces/x/pods/y/log', {}, 'get pods/log in the namespace x'],
    [
      'PATCH',
      '/apis/apps/v1/namespaces/x/deployments/y/scale',
      {},
      'patch deployments/scale.apps in the namespace x',
    ],
    ['DELETE', '/api/v1/nodes/n', {}, 'delete nodes'],
    ['GET', '/readyz', {}, 'get /readyz'],
  ])('%s %s', (method, path, query, words) => {
    expect(subjectText(subjectOf(method, path, query))).toBe(words);
  });
});

describe('/readyz', () => {
  it('counts what passed and names what failed', () => {
    const text = '[+]ping ok\n[-]etcd failed: reason withheld\n[+]log ok\nreadyz check failed\n';
    expect(readReadyz(text)).toEqual({ passed: 2, failed: ['etcd'] });
  });
  it('is not read out of something else', () => {
    expect(readReadyz('<html>')).toBeNull();
  });
});

describe('the table of pods', () => {
  const now = 1_000_000_000;
  const count = (rows: Parameters<typeof podTable>[0]) => {
    const counted = podCount({ hostAddresses: new Set(['10.0.0.1']), now });
    const table = podTable(rows) as { rows: readonly unknown[] };
    for (const row of table.rows) expect(counted.add(table, row)).toBe(true);
    return counted.result();
  };
  it('is summed up per node and per status', () => {
    const { total, byStatus, byNode } = count([
      ['a', '1/1', 'Running', '5m', '10.244.0.5', 'n1'],
      ['b', '1/1', 'Running', '2d3h', '10.244.0.6', 'n1'],
      ['c', '0/1', 'Running', '1s', '10.244.0.7', 'n1'],
      ['d', '1/1', 'Running', '3s', '10.0.0.1', 'n1'],
      ['e', '0/1', 'Pending', '4s', '<none>', '<none>'],
      ['f', '0/1', 'CrashLoopBackOff', '4s', '10.244.0.8', 'n1'],
    ]);
    expect(total).toBe(6);
    expect(Object.fromEntries(byStatus)).toEqual({ Running: 4, Pending: 1, CrashLoopBackOff: 1 });
    expect(byNode.get('n1')).toEqual({
      running: 4,
      ready: 3,
      readyOnPodNetwork: 2,
      newestReadyStart: now - 300_000,
    });
  });
  it('finds its columns by name', () => {
    const counted = podCount({ hostAddresses: new Set(), now });
    const names = ['Node', 'Status', 'Ready', 'IP', 'Age'];
    const head = { columnDefinitions: names.map(name => ({ name })) };
    for (const row of [{ cells: ['n9', 'Running', '2/2', '10.1.1.1', '7s'] }, { cells: null }, null])
      counted.add(head, row);
    expect(counted.result().byNode.get('n9')?.readyOnPodNetwork).toBe(1);
  });
  it('is not read out of a list of pods', () => {
    const counted = podCount({ hostAddresses: new Set(), now });
    expect(counted.isTable({ items: [] })).toBe(false);
    expect(counted.add({ items: [] }, {})).toBe(false);
  });
  it.each([
    ['5m12s', 312_000],
    ['3d4h', 273_600_000],
    ['2y11d', 741 * 86_400_000],
    ['<unknown>', null],
  ])('age %s', (text, ms) => {
    expect(ageMs(text)).toBe(ms);
  });
});

describe('a local clock that is set', () => {
  it('moves nothing in the cluster until the server is heard again', () => {
    let local = Date.parse('2026-01-02T03:04:05Z');
    const clock = clusterClock(() => local);
    clock.note(new Date(local).toUTCString(), 0);
    const before = clock.now();
    local += 3_600_000;
    clock.jumped(3_600_000);
    expect(clock.now()).toBe(before);
    clock.note(new Date(local).toUTCString(), 0);
    expect(clock.now()).toBe(local);
  });
});

it('the clock of a simulated cluster is further out by as much as its time runs faster, and that is told of neither', () => {
  const at = Date.UTC(2026, 0, 1);
  const skewAt = (speed: number) => {
    const api = apiState(
      'https://10.0.0.1:6443',
      clusterClock(() => at),
      () => undefined,
      speed,
    );
    api.reply(new Date(at - 150_500).toUTCString(), 0);
    return api.current().clockSkew;
  };
  expect(skewAt(1)).toBeCloseTo(-150_000, -4);
  expect(skewAt(20)).toBeCloseTo(-7_500, -3);
});
