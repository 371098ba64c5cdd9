import { afterAll, describe, expect, it } from 'vitest';
import type { ResolvedKubeconfig } from '../../src/kube/kubeconfig.ts';
import { trafficCounter } from '../../src/kube/traffic.ts';
import { openTransport, type TransportOptions } from '../../src/kube/transport.ts';
import { makeAuthority } from './fixtures/certificates.ts';
import { startFakeApi } from './fixtures/fake-api.ts';
import { resolvedFor } from './fixtures/resolved.ts';

const authority = makeAuthority('test-ca');
const stranger = makeAuthority('another-ca');
afterAll(() => {
  authority[Symbol.dispose]();
  stranger[Symbol.dispose]();
});

const good = authority.issue('api', { names: 'IP:127.0.0.1,DNS:real.name' });
const wrongName = authority.issue('api', { names: 'DNS:elsewhere.lan' });
const expired = authority.issue('api-old', { names: 'IP:127.0.0.1', expired: true });

async function ask(
  leaf: { readonly cert: string; readonly key: string },
  cluster: Partial<ResolvedKubeconfig['cluster']>,
  more: Partial<TransportOptions> & {
    user?: Partial<ResolvedKubeconfig['user']>;
    requestCert?: boolean;
  } = {},
) {
  await using api = await startFakeApi({
    tls: { ...leaf, ca: authority.ca, requestCert: more.requestCert === true, rejectUnauthorized: false },
  });
  const resolved = resolvedFor(api.url, { token: 'secret', ...more.user }, cluster);
  const transport = openTransport({ resolved, env: {}, wall: Date.now, traffic: trafficCounter(), ...more });
  const reply = await transport.request('GET', '/version');
  await transport.close();
  return { reply, hits: api.hits.length };
}

describe('TLS', () => {
  it('is trusted with the authority of the kubeconfig, and its end of validity is seen', async () => {
    let seen = 0;
    const { reply } = await ask(
      good,
      { authority: { data: authority.ca } },
      { onServerCertificate: at => (seen = at) },
    );
    expect(reply.ok).toBe(true);
    expect(seen).toBeGreaterThan(Date.now());
  });

  it.each([
    ['an unknown authority', good, { authority: { data: stranger.ca } }, /does not know.*issuer test-ca/],
    ['another name', wrongName, { authority: { data: authority.ca } }, /other names: DNS:elsewhere\.lan/],
    [
      'an expired certificate',
      expired,
      { authority: { data: authority.ca } },
      /has expired.*valid until 2020-02-01/,
    ],
  ])('with %s fails in words, sends no token and offers no way around', async (_, leaf, cluster, message) => {
    const { reply, hits } = await ask(leaf, cluster);
    expect(reply).toMatchObject({ ok: false, reason: 'tls' });
    expect(!reply.ok && reply.message).toMatch(message);
    expect(!reply.ok && reply.message).not.toMatch(/insecure|skip/);
    expect(hits).toBe(0);
  });

  it('checks the name that the kubeconfig gives', async () => {
    const trusted = { authority: { data: authority.ca } };
    expect((await ask(good, { ...trusted, tlsServerName: 'real.name' })).reply.ok).toBe(true);
    expect((await ask(good, { ...trusted, tlsServerName: 'false.name' })).reply.ok).toBe(false);
  });

  it('is not verified when the kubeconfig says so', async () => {
    expect((await ask(wrongName, { insecure: true })).reply.ok).toBe(true);
  });

  it('presents the client certificate', async () => {
    const me = authority.issue('jane', {});
    let pem: string | null = null;
    const { reply } = await ask(
      good,
      { authority: { data: authority.ca } },
      {
        user: { certificate: { data: me.cert }, key: { data: me.key } },
        requestCert: true,
        onClientCertificate: seen => {
          pem = seen;
        },
      },
    );
    expect(reply.ok).toBe(true);
    expect(pem).toBe(me.cert);
  });

  it('with a key that does not fit is a sentence', async () => {
    const me = authority.issue('jane', {});
    const user = { certificate: { data: me.cert }, key: { data: good.key } };
    const { reply } = await ask(good, { authority: { data: authority.ca } }, { user });
    expect(reply).toMatchObject({ ok: false, reason: 'credentials' });
  });
});
