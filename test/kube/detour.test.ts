import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Detour, openDetour } from '../../src/kube/detour.ts';
import type { ResolvedKubeconfig } from '../../src/kube/kubeconfig.ts';
import { trafficCounter } from '../../src/kube/traffic.ts';
import { openTransport, type Transport } from '../../src/kube/transport.ts';
import { makeAuthority } from './fixtures/certificates.ts';
import { type FakeApi, startFakeApi } from './fixtures/fake-api.ts';
import { resolvedFor } from './fixtures/resolved.ts';

const authority = makeAuthority('test-ca');
afterAll(() => authority[Symbol.dispose]());
const localhost = authority.issue('api', { names: 'DNS:localhost,DNS:real.name' });
const address = authority.issue('api', { names: 'IP:127.0.0.1' });

async function served(leaf?: typeof localhost): Promise<FakeApi> {
  const tls = { ...leaf, ca: authority.ca, requestCert: true, rejectUnauthorized: false };
  const api = await startFakeApi(leaf === undefined ? {} : { tls });
  onTestFinished(() => api[Symbol.asyncDispose]());
  return api;
}

async function detoured(resolved: ResolvedKubeconfig): Promise<Detour & { readonly transport: Transport }> {
  const detour = await openDetour(resolved, {});
  if (!detour.ok) throw new Error(detour.why);
  const transport = openTransport({
    resolved: detour.resolved,
    env: {},
    wall: Date.now,
    traffic: trafficCounter(),
    connectTimeoutMs: 2_000,
  });
  onTestFinished(async () => {
    await transport.close();
    await detour.close();
  });
  return { ...detour, transport };
}

describe('a detour to the API server', () => {
  const trusted = { authority: { data: authority.ca } };
  it.each<[string, typeof localhost, string, Partial<ResolvedKubeconfig['cluster']>, object]>([
    ['the name of the server', localhost, 'localhost', trusted, { ok: true }],
    [
      'a name that the detour would fit, but not the server',
      address,
      'localhost',
      trusted,
      { reason: 'tls' },
    ],
    ['the address of the server', address, '127.0.0.1', trusted, { ok: true }],
    ['tls-server-name', localhost, '127.0.0.1', { ...trusted, tlsServerName: 'real.name' }, { ok: true }],
    [
      'a false tls-server-name',
      localhost,
      'localhost',
      { ...trusted, tlsServerName: 'no' },
      { reason: 'tls' },
    ],
    ['an unknown authority', localhost, 'localhost', {}, { reason: 'tls' }],
  ])('checks the certificate against %s', async (_, leaf, host, cluster, expected) => {
    const api = await served(leaf);
    const { transport } = await detoured(
      resolvedFor(`https://${host}:${api.port}`, { token: 'secret' }, cluster),
    );
    expect(await transport.request('GET', '/version')).toMatchObject(expected);
    expect(api.hits.map(hit => hit.headers.authorization)).toEqual('ok' in expected ? ['Bearer secret'] : []);
  });

  it('presents the client certificate, and names the server in its Host header', async () => {
    const api = await served(localhost);
    const me = authority.issue('jane', {});
    const user = { certificate: { data: me.cert }, key: { data: me.key } };
    const { transport } = await detoured(resolvedFor(`https://localhost:${api.port}`, user, trusted));
    let subject: unknown;
    api.answer('/version', ({ headers }, response) => {
      const { socket } = response as unknown as { socket: { getPeerCertificate(): { subject: unknown } } };
      subject = socket.getPeerCertificate().subject;
      response.end(JSON.stringify({ host: headers.host }));
    });
    expect(await transport.request('GET', '/version')).toMatchObject({
      json: { host: `localhost:${api.port}` },
    });
    expect(subject).toMatchObject({ CN: 'jane' });
  });

  it.each([
    ['http', undefined],
    ['https', localhost],
  ])('swallows everything over %s once it is cut, and lets it through again', async (scheme, leaf) => {
    const api = await served(leaf);
    const { transport, cut, restore } = await detoured(
      resolvedFor(`${scheme}://localhost:${api.port}`, {}, trusted),
    );
    const ask = (path: string) => transport.request('GET', path, { deadlineMs: 500 });
    expect(await transport.request('GET', '/before')).toMatchObject({ ok: true });
    const watch = await transport.open('/api/v1/nodes', { query: { watch: 'true' } });
    if (!watch.ok) throw new Error(watch.message);
    const heard: string[] = [];
    const ended = new Promise<void>(done => {
      watch.body
        .on('data', chunk => heard.push(String(chunk)))
        .on('error', () => done())
        .on('end', () => done());
    });
    api.send('/api/v1/nodes', { type: 'ADDED' });
    await expect.poll(() => heard.length).toBe(1);

    cut();
    api.send('/api/v1/nodes', { type: 'MODIFIED' });
    const during = await Promise.all([ask('/kept'), ask('/new'), ask('/another')]);
    expect(during.map(one => !one.ok && one.reason)).toEqual(['timeout', 'timeout', 'timeout']);
    const silent = /^localhost:\d+ (accepts connections but does not answer|does not answer to a connection)/;
    for (const one of during) expect(!one.ok && one.message).toMatch(silent);
    expect(heard).toHaveLength(1);
    expect(api.count(({ path }) => path !== '/before' && path !== '/api/v1/nodes')).toBe(0);

    restore();
    await ended;
    expect(heard).toHaveLength(1);
    expect(await transport.request('GET', '/after', { deadlineMs: 10_000 })).toMatchObject({ ok: true });
  });

  it('does not tell a client that waits in the dark when the server hangs up', async () => {
    const api = await served();
    const { transport, cut } = await detoured(resolvedFor(`http://127.0.0.1:${api.port}`));
    const watch = await transport.open('/api/v1/nodes', { query: { watch: 'true' } });
    if (!watch.ok) throw new Error(watch.message);
    let isOver = false;
    watch.body
      .on('error', () => undefined)
      .on('close', () => {
        isOver = true;
      })
      .resume();
    cut();
    await api.crash();
    const during = await transport.request('GET', '/version', { deadlineMs: 500 });
    expect([!during.ok && during.reason, isOver]).toEqual(['timeout', false]);
  });

  it('ends with what it carried when it is closed, cut or not', async () => {
    const api = await served();
    const { transport, cut, close } = await detoured(resolvedFor(`http://127.0.0.1:${api.port}`));
    const watch = await transport.open('/api/v1/nodes', { query: { watch: 'true' } });
    if (!watch.ok) throw new Error(watch.message);
    const ended = new Promise<void>(done => {
      watch.body.on('error', () => done()).resume();
    });
    cut();
    await close();
    await close();
    await ended;
    expect(await transport.request('GET', '/version', { deadlineMs: 10_000 })).toMatchObject({
      reason: 'refused',
    });
  });

  it('is no way where a proxy stands between, wherever that is written', async () => {
    const resolved = resolvedFor('https://10.0.0.1:6443');
    const why = /through a proxy/;
    const { cluster } = resolved;
    const proxied = { ...resolved, cluster: { ...cluster, proxyUrl: 'http://user:pass@proxy:3128' } };
    expect(await openDetour(proxied, {})).toEqual({ ok: false, why: expect.stringMatching(why) });
    expect(await openDetour(resolved, { HTTPS_PROXY: 'proxy:3128' })).toHaveProperty(
      'why',
      expect.stringMatching(why),
    );
    const exempt = await openDetour(resolved, { HTTPS_PROXY: 'proxy:3128', NO_PROXY: '10.0.0.0/8' });
    expect(exempt.ok).toBe(true);
    if (exempt.ok) await exempt.close();
  });

  it('breaks off what it cannot bring to the server', async () => {
    const api = await served();
    await api.crash();
    const { transport } = await detoured(resolvedFor(`http://127.0.0.1:${api.port}`));
    expect(await transport.request('GET', '/version', { deadlineMs: 10_000 })).toMatchObject({
      ok: false,
      reason: 'closed',
    });
  });
});
