import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ExecEntry } from '../../src/kube/kubeconfig-entries.ts';
import { makeAuthority } from '../kube/fixtures/certificates.ts';
import { type Act, faultTest, seconds } from './support/fault-test.ts';
import { bound, isFull, limits } from './support/settings.ts';

const CONTROL = String.fromCharCode(27);

/** A plugin, and how often it ran. */
function plugin(mode: string, afterwards: Act['afterwards']) {
  const folder = mkdtempSync(join(tmpdir(), 'groundup-plugin-'));
  afterwards(() => rmSync(folder, { recursive: true, force: true }));
  const count = join(folder, 'runs');
  const exec: ExecEntry = {
    command: join(import.meta.dirname, '..', 'kube', 'fixtures', 'plugin.mjs'),
    args: [],
    env: [
      { name: 'MODE', value: mode },
      { name: 'COUNT', value: count },
    ],
    apiVersion: 'client.authentication.k8s.io/v1',
    provideClusterInfo: true,
    interactiveMode: 'IfAvailable',
    installHint: '',
  };
  return { exec, runs: () => readFileSync(count, 'utf8').trim().split('\n').length };
}

const authority = makeAuthority('fault-ca');
const stranger = makeAuthority('another-ca');

for (const [what, leaf, ca, words] of [
  ['expired', authority.issue('api', { names: 'IP:127.0.0.1', expired: true }), authority.ca, /has expired/],
  ['unknown authority', authority.issue('api', { names: 'IP:127.0.0.1' }), stranger.ca, /does not know/],
  ['wrong name', authority.issue('api', { names: 'DNS:elsewhere.lan' }), authority.ca, /other names/],
] as const)
  faultTest('N21', what, async ({ open, measured }) => {
    const stage = await open({ unsettled: true, tls: leaf, cluster: { authority: { data: ca } } });
    await stage.until(
      'a sentence',
      () => stage.snapshot().api.failure?.reason === 'tls',
      isFull ? 120_000 : 40_000,
    );
    const { failure } = stage.snapshot().api;
    expect(failure?.message).toMatch(words);
    if (isFull) expect(failure?.message).toMatch(/subject .*, issuer/);
    expect(stage.frame()).not.toMatch(/skip|insecure/i);
    expect(stage.server.hits).toHaveLength(0);
    measured(`${stage.server.hits.length} requests`);
  });
authority[Symbol.dispose]();
stranger[Symbol.dispose]();

faultTest('N22', '', async ({ open, measured, afterwards }) => {
  const silent = createServer(() => undefined);
  await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
  afterwards(() => silent.close());
  const { port } = silent.address() as AddressInfo;
  const stage = await open({ unsettled: true, cluster: { server: `https://127.0.0.1:${port}` } });
  const tries: number[] = [];
  silent.on('connection', socket => {
    const from = performance.now();
    socket.resume();
    socket.on('error', () => undefined);
    socket.on('close', () => tries.push(performance.now() - from));
  });
  const lost = await stage.until('a banner', frame => /API unreachable/.test(frame), bound(15_000));
  await stage.until('a second try', () => tries.length > 1, bound(20_000));
  expect(Math.min(...tries)).toBeLessThan(limits.connect + (isFull ? 1_500 : 8_000));
  expect(stage.snapshot().api.failure?.reason).toBe('timeout');
  measured(`${seconds(Math.min(...tries))} a try, ${seconds(lost)} to the banner`);
});

faultTest('N23', '', async ({ open, measured, afterwards }) => {
  const { exec, runs } = plugin('ok', afterwards);
  const stage = await open({ user: { exec } });
  expect(runs()).toBe(1);
  let dips = 0;
  const look = setInterval(() => {
    if (stage.greens() < 8) dips += 1;
  }, 20);
  afterwards(() => clearInterval(look));
  stage.server.add({ toxic: 'token', accept: 'token-2' });
  const from = performance.now();
  stage.watched.cluster.refresh();
  const isNew = (): boolean =>
    stage.server.count(hit => hit.token === 'token-2' && hit.verb === 'list', from) > 30;
  const took = await stage.until('the new token', isNew, bound(10_000), from);
  expect(runs()).toBe(2);
  measured(
    `1 run, everything asked anew after ${seconds(took)}, ${dips === 0 ? 'nothing to see' : 'a dip to see'}`,
  );
});

faultTest('N24', '', async ({ open, measured, afterwards }) => {
  const { exec, runs } = plugin('ok', afterwards);
  const stage = await open({ user: { exec } });
  stage.server.add({ toxic: 'token', accept: 'none' });
  stage.server.cut();
  const from = performance.now();
  const told = await stage.until('the header', frame => frame.includes('credentials refused'), bound(15_000));
  await stage.until('nothing green', () => stage.greens() === 0, bound(15_000));
  await stage.pass(isFull ? 65_000 : 3_000);
  const length = performance.now() - from;
  expect(stage.greens()).toBe(0);
  expect(runs() - 1).toBeLessThanOrEqual(1 + length / 30_000);
  measured(`said after ${seconds(told)}, ${runs() - 1} runs in ${seconds(length)}`);
});

for (const [mode, words] of [
  ['hang', /did not finish/],
  ['flood', /more than 1 MiB/],
  ['prompt', /cannot prompt, terminal none/],
  ['fail', /token expired/],
] as const)
  faultTest('N25', mode === 'fail' ? 'escapes' : mode, async ({ open, measured, afterwards }) => {
    const { exec } = plugin(mode, afterwards);
    const stage = await open({ user: { exec }, unsettled: true });
    const from = performance.now();
    const failed = (): boolean => stage.snapshot().api.failure?.reason === 'credentials';
    const took = await stage.until('a sentence', failed, bound(limits.plugin + 5_000) + 10_000, from);
    const message = stage.snapshot().api.failure?.message ?? '';
    expect(message).toMatch(words);
    expect(message).not.toContain(CONTROL);
    expect(message).not.toContain('hunter2');
    expect(stage.server.hits).toHaveLength(0);
    measured(`said after ${seconds(took)}`);
  });

faultTest('N26', '', async ({ open, measured, afterwards }) => {
  const { exec, runs } = plugin('ok', afterwards);
  const stage = await open({ user: { exec } });
  const { world } = stage.simulated;
  stage.server.add({ toxic: 'token', accept: 'token-2' });
  const names = Array.from({ length: 40 }, (_, i) => `burst-${i}`);
  const create = (name: string): void =>
    void world.create('/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  names.slice(0, 20).forEach(create);
  stage.server.cut();
  names.slice(20).forEach(create);
  for (const name of names.slice(0, 10)) world.remove('/namespaces', undefined, name);
  const wanted = (): string =>
    world
      .list('/namespaces')
      .map(one => one.metadata.name)
      .toSorted()
      .join();
  const known = (): string => [...stage.snapshot().streams.namespaces.items.keys()].toSorted().join();
  await stage.until('a refusal', () => stage.server.count(hit => hit.token === 'token-2') > 0, bound(20_000));
  await stage.until('every change', () => known() === wanted(), bound(30_000));
  expect(runs()).toBe(2);
  measured(`0 of 50 changes missed, ${runs() - 1} run of the plugin`);
});

faultTest('N34', '', async ({ open, measured }) => {
  const closed = createServer();
  await new Promise<void>(resolve => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise(resolve => closed.close(resolve));
  const proxyUrl = `http://127.0.0.1:${port}`;
  const stage = await open({ unsettled: true, cluster: { proxyUrl } });
  const told = await stage.until(
    'a banner',
    frame => /API unreachable/.test(frame),
    isFull ? 120_000 : 40_000,
  );
  expect(stage.snapshot().api.failure?.message).toContain(`proxy ${proxyUrl}`);
  measured(`named after ${seconds(told)}`);
});
