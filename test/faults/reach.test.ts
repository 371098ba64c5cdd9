import { expect } from 'vitest';
import { faultTest, seconds } from './support/fault-test.ts';
import { bound, isFull, time } from './support/settings.ts';

const unreachable = (frame: string): boolean => frame.includes('API unreachable');

faultTest('N1', '', async ({ open, measured }) => {
  const stage = await open();
  const from = performance.now();
  await stage.server.refuse(true);
  const lost = await stage.until('the banner', unreachable, bound(13_000), from);
  expect(stage.greens()).toBe(0);
  await stage.pass(time(20_000));
  expect(stage.greens()).toBe(0);
  await stage.server.refuse(false);
  const back = await stage.until('live again', () => stage.greens() === 8, bound(10_000));
  measured(`${seconds(lost)} to the banner, ${seconds(back)} to live again`);
});

faultTest('N3', '', async ({ open, measured }) => {
  const stage = await open();
  stage.server.freeze(true);
  const lost = await stage.until('nothing green', () => stage.greens() === 0, bound(15_000));
  stage.server.freeze(false);
  await stage.until('live again', () => stage.greens() === 8, bound(10_000));
  measured(seconds(lost));
});

faultTest('N4', '', async ({ open, measured }) => {
  const stage = await open();
  const cure = stage.server.add({ toxic: 'mute', path: /^\/api\/v1\/nodes$/ });
  const lists = (): number => stage.server.count(hit => hit.path === '/api/v1/nodes' && hit.verb === 'list');
  expect(lists()).toBe(1);
  const name = stage.simulated.world.list('/nodes')[0]?.metadata.name ?? '';
  stage.simulated.world.update('/nodes', undefined, name, draft => {
    draft.spec.unschedulable = true;
  });
  const seen = await stage.until(
    'the cordoned node',
    frame => frame.includes('ready on 2/2 nodes'),
    bound(95_000),
  );
  expect(lists()).toBe(2);
  expect(stage.server.count(hit => hit.verb === 'list' && hit.path.endsWith('/namespaces'))).toBe(1);
  cure();
  measured(`what was missed is shown after ${seconds(seen)}`);
});

faultTest('N5', '', async ({ open, measured }) => {
  const stage = await open();
  const [up, down, cycles] = isFull ? [2_000, 3_000, 24] : [700, 1_000, 4];
  let banner = '';
  let changes = 0;
  const look = setInterval(() => {
    const now = (stage.frame().split('\n')[1] ?? '').slice(0, 12);
    if (now !== banner) changes += 1;
    banner = now;
  }, 20);
  for (let i = 0; i < cycles; i++) {
    await stage.server.refuse(true);
    await stage.pass(down);
    await stage.server.refuse(false);
    await stage.pass(up);
  }
  clearInterval(look);
  await stage.until('live again', () => stage.greens() === 8, bound(60_000));
  const each = (cycles * (up + down)) / changes;
  // Its length varies with where the looks fall: hastily it only must not follow every turn.
  expect(each).toBeGreaterThan(isFull ? 5_000 : (up + down) / 2);
  measured(`0 false greens, a new banner each ${seconds(each)} in ${seconds(cycles * (up + down))}`);
});

faultTest('N6', '', async ({ open, measured }) => {
  const stage = await open();
  stage.server.add({ toxic: 'latency', ms: time(5_000) + (isFull ? 0 : 500) });
  stage.server.cut();
  await stage.until('something said', () => stage.greens() < 8, bound(60_000));
  const times: number[] = [];
  for (let i = 0; i < 100; i++) {
    const from = performance.now();
    await stage.type(i % 2 === 0 ? 'j' : 'k');
    times.push(performance.now() - from);
    await stage.pass(time(200));
  }
  const p99 = times.toSorted((a, b) => a - b)[98] ?? 0;
  expect(p99).toBeLessThan(isFull ? 300 : 3_000);
  measured(`${seconds(p99)} for a key (p99 of 100)`);
});

faultTest('N14', '', async ({ open, measured }) => {
  const stage = await open();
  const undo = [500, 502, 503, 504].map((status, i) =>
    stage.server.add({
      toxic: 'answer',
      status,
      body: '{"kind":"Status","message":"storm"}',
      path: [/^\/api\/v1\/(?!namespaces\/)/, /\/namespaces\/kube-system\//, /^\/apis\/[a-m]/, /./][i] ?? /./,
    }),
  );
  const from = performance.now();
  stage.server.cut();
  const length = isFull ? 300_000 : 6_000;
  await stage.pass(length);
  if (stage.greens() > 0) throw new Error(stage.frame());
  expect(stage.greens()).toBe(0);
  const perStream = new Map<string, number>();
  for (const hit of stage.server.hits) {
    if (hit.at < from || hit.verb === 'get') continue;
    const key = `${hit.path}?${hit.query.get('labelSelector')}&${hit.query.get('fieldSelector')}&${hit.query.get('includeObject')}`;
    perStream.set(key, (perStream.get(key) ?? 0) + 1);
  }
  const most = Math.max(...perStream.values());
  expect(most).toBeLessThanOrEqual(60);
  for (const cure of undo) cure();
  await stage.until('live again', () => stage.greens() === 8, bound(60_000));
  measured(`${most} requests of the busiest of ${perStream.size} streams`);
});
