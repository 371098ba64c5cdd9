import { expect } from 'vitest';
import type { StreamId } from '../../src/cluster/streams.ts';
import { faultTest, seconds } from './support/fault-test.ts';
import { bound, isFull, limits, time } from './support/settings.ts';
import type { Stage } from './support/stage.ts';
import type { Hit } from './support/toxics.ts';

const NODES = /^\/api\/v1\/nodes$/;
const isNodeList = (hit: Hit): boolean => NODES.test(hit.path) && hit.verb === 'list';
const streamOf = (hit: Hit): string =>
  `${hit.path}?${['labelSelector', 'fieldSelector', 'includeObject'].map(name => hit.query.get(name) ?? '').join('&')}`;

/** Notes every state that a stream was in, as `stale:parse`, and how many objects it had. */
function follow(stage: Stage, id: StreamId) {
  const states: string[] = [];
  const sizes = new Set<number>();
  const note = (): void => {
    const { freshness, items } = stage.snapshot().streams[id];
    const word = 'reason' in freshness ? `${freshness.state}:${freshness.reason}` : freshness.state;
    if (states.at(-1) !== word) states.push(word);
    sizes.add(items.size);
  };
  note();
  stage.watched.cluster.onChange(note);
  return { states, sizes };
}

/** Requests since then of each stream that was listed. */
function perStream(stage: Stage, since: number, fits: (hit: Hit) => boolean = () => true) {
  const counts = new Map<string, number>();
  for (const hit of stage.server.hits) {
    if (hit.at < since || hit.verb === 'get' || !fits(hit)) continue;
    counts.set(streamOf(hit), (counts.get(streamOf(hit)) ?? 0) + 1);
  }
  return counts;
}

for (const [part, limit, figure] of [
  ['headers', limits.headers, 10_000],
  ['body', limits.page, 30_000],
] as const)
  faultTest('N7', part, async ({ open, measured }) => {
    const stage = await open({
      unsettled: true,
      prepare: server => void server.add({ toxic: 'drip', part, ms: isFull ? 1_000 : 200, path: NODES }),
    });
    const since = await stage.until('others', () => stage.greens() >= 3, isFull ? 120_000 : 40_000);
    await stage.until('a deadline', () => stage.layer(1).includes('unknown'), bound(figure + 5_000));
    await stage.until('a second try', () => stage.server.count(isNodeList) > 1, bound(figure + 5_000));
    const [first, second] = stage.server.hits.filter(isNodeList).map(hit => hit.at);
    const waited = (second ?? 0) - (first ?? 0);
    expect(waited).toBeGreaterThan(limit * 0.9);
    expect(stage.layer(1)).not.toContain('●');
    measured(`asked again after ${seconds(waited)}, the others green after ${seconds(since)}`);
  });

for (const toxic of ['reset', 'truncate'] as const)
  faultTest(toxic === 'reset' ? 'N8' : 'N9', '', async ({ open, measured }) => {
    const stage = await open();
    const { states, sizes } = follow(stage, 'nodes');
    const cure = stage.server.add({ toxic, afterBytes: 300, path: NODES, verb: 'list' });
    stage.watched.cluster.refresh();
    await stage.until('a doubt', () => states.some(state => state.startsWith('stale')), bound(10_000));
    await stage.until('other tries', () => stage.server.count(isNodeList) >= 4, bound(60_000));
    expect(stage.layer(1)).not.toContain('●');
    cure();
    await stage.until('live again', () => stage.greens() === 8, bound(60_000));
    expect([...sizes]).toEqual([3]);
    const known = [...stage.snapshot().streams.nodes.items.keys()];
    expect(known.toSorted()).toEqual(
      stage.simulated.world
        .list('/nodes')
        .map(node => node.metadata.name)
        .toSorted(),
    );
    measured(toxic === 'reset' ? '0 partial lists shown' : '0 of 3 objects lost');
  });

faultTest('N10', '', async ({ open, measured }) => {
  const stage = await open();
  const { states } = follow(stage, 'nodes');
  const from = performance.now();
  expect(stage.server.inject(NODES, '{"type":"MODIFIED","object":{"meta')).toBe(1);
  await stage.until('a new list', () => stage.server.count(isNodeList, from) === 1, bound(5_000));
  const listed = performance.now() - from;
  await stage.until('live', () => states.at(-1) === 'live', bound(5_000));
  expect(states).toContain('stale:parse');
  measured(`listed again after ${seconds(listed)}`);
});

faultTest('N11', '', async ({ open, measured }) => {
  const stage = await open();
  stage.server.add({
    toxic: 'answer',
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: '<html><script>alert(1)</script>Log in</html>',
  });
  stage.server.cut();
  const gone = await stage.until('nothing green', () => stage.greens() === 0, bound(30_000));
  await stage.pass(time(20_000));
  expect(stage.greens()).toBe(0);
  expect(stage.frame()).toContain('text/html');
  measured(`0 greens after ${seconds(gone)}`);
});

const EXPIRED = JSON.stringify({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  reason: 'Expired',
  message: 'too old resource version: 1 (2)',
  code: 410,
});

faultTest('N12', 'in the stream', async ({ open, measured }) => {
  const stage = await open();
  const from = performance.now();
  const watches = stage.server.inject(/./, `{"type":"ERROR","object":${EXPIRED}}`);
  await stage.until(
    'all lists',
    () => perStream(stage, from, hit => hit.verb === 'list').size >= watches,
    bound(30_000),
  );
  await stage.until('live again', () => stage.greens() === 8, bound(10_000));
  await stage.pass(time(10_000));
  const lists = perStream(stage, from, hit => hit.verb === 'list' && !hit.query.has('includeObject'));
  expect(Math.max(...lists.values())).toBe(1);
  const at = stage.server.hits.filter(hit => hit.at > from && hit.verb === 'list').map(hit => hit.at);
  measured(`1 list of each of ${watches} streams, spread over ${seconds(Math.max(...at) - Math.min(...at))}`);
});

faultTest('N12', 'on the watch and on a page', async ({ open, measured }) => {
  const stage = await open();
  const from = performance.now();
  stage.server.add({ toxic: 'answer', status: 410, body: EXPIRED, verb: 'watch', path: NODES, times: 1 });
  stage.server.cut();
  await stage.until('the lists', () => stage.server.count(isNodeList, from) >= 2, bound(30_000));
  await stage.until('live again', () => stage.greens() === 8, bound(10_000));
  expect(stage.server.count(isNodeList, from)).toBe(2);
  stage.server.add({ toxic: 'answer', status: 410, body: EXPIRED, verb: 'list', path: NODES, times: 1 });
  const again = performance.now();
  stage.watched.cluster.refresh();
  await stage.until('the page again', () => stage.server.count(isNodeList, again) === 2, bound(10_000));
  await stage.until('live again', () => stage.greens() === 8, bound(10_000));
  measured('1 list for the cut and 1 for each 410');
});

faultTest(
  'N13',
  '',
  async ({ open, measured }) => {
    const stage = await open();
    const wait = isFull ? 30 : 3;
    stage.server.add({
      toxic: 'answer',
      status: 429,
      headers: { 'retry-after': String(wait) },
      body: '{"kind":"Status","code":429}',
      path: NODES,
      verb: 'list',
      times: 1,
    });
    stage.watched.cluster.refresh();
    await stage.until(
      'the refusal',
      () => stage.snapshot().streams.nodes.freshness.state === 'stale',
      bound(10_000),
    );
    const refused = performance.now();
    const from = stage.server.hits.findLast(isNodeList)?.at ?? 0;
    const { freshness } = stage.snapshot().streams.nodes;
    expect('message' in freshness && freshness.message).toMatch(/busy/);
    await stage.until(
      'the next try',
      () => stage.server.count(isNodeList, from + 1) === 1,
      (wait + 10) * 1_000,
    );
    // What was on its way when the refusal came arrives a little later.
    const onTheWay = isFull ? 3_000 : 1_000;
    const first = stage.server.hits.find(hit => hit.at > refused + onTheWay && hit.verb === 'list');
    const waited = (first?.at ?? 0) - from;
    expect(waited).toBeGreaterThanOrEqual(wait * 1_000 - 100);
    await stage.until('live again', () => stage.greens() === 8, bound(30_000));
    measured(`the next read after ${seconds(waited)}`);
  },
  60_000,
);

faultTest('N15', '', async ({ open, measured }) => {
  const stage = await open();
  stage.server.add({ toxic: 'close', verb: 'watch' });
  stage.server.cut();
  await stage.pass(isFull ? 180_000 : 6_000);
  const from = performance.now();
  const length = isFull ? 120_000 : 3_000;
  await stage.pass(length);
  const rate = (stage.server.count(hit => hit.verb !== 'get', from) / length) * 1_000;
  const scale = 30_000 / limits.backoffCap;
  const streams = Object.keys(stage.snapshot().streams).length;
  expect(rate / scale).toBeLessThanOrEqual(isFull ? 2.2 : 4);
  measured(`${(rate / scale).toFixed(1)} requests/s for ${streams} streams`);
});

faultTest(
  'N16',
  '',
  async ({ open, measured }) => {
    const stage = await open({ prepare: server => void server.add({ toxic: 'no-bookmarks' }) });
    const from = performance.now();
    const length = limits.silence * 2.2;
    await stage.pass(length);
    const lists = perStream(
      stage,
      from,
      hit => hit.verb === 'list' && !hit.query.has('includeObject') && !hit.path.includes('tigera'),
    );
    const most = Math.max(...lists.values());
    expect(most).toBeLessThanOrEqual(3);
    expect(most).toBeGreaterThan(0);
    measured(`${most} lists of the busiest stream in ${seconds(length)}, 0 false greens`);
  },
  60_000,
);
