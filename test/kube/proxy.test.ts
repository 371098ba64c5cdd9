import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { trafficCounter } from '../../src/kube/traffic.ts';
import { openTransport } from '../../src/kube/transport.ts';
import { makeAuthority } from './fixtures/certificates.ts';
import { startFakeApi } from './fixtures/fake-api.ts';
import { resolvedFor } from './fixtures/resolved.ts';

async function listening(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function secureApi() {
  const authority = makeAuthority('proxied-ca');
  const api = await startFakeApi({ tls: authority.issue('api', { names: 'IP:127.0.0.1' }) });
  const { ca } = authority;
  authority[Symbol.dispose]();
  onTestFinished(() => api[Symbol.asyncDispose]());
  return { api, cluster: { authority: { data: ca } } };
}

async function ask(server: string, cluster: object) {
  const resolved = resolvedFor(server, {}, cluster);
  const transport = openTransport({ resolved, env: {}, wall: Date.now, traffic: trafficCounter() });
  const reply = await transport.request('GET', '/version', { deadlineMs: 5_000 });
  await transport.close();
  return reply;
}

describe('a proxy', () => {
  it('that tunnels (http) is used, and TLS is verified through it', async () => {
    const { api, cluster } = await secureApi();
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, client: Socket) => {
      asked.push(request.url ?? '');
      const upstream = connect(api.port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(client).pipe(upstream);
      });
      upstream.on('error', () => client.destroy());
      client.on('error', () => upstream.destroy());
    });
    const proxyUrl = `http://127.0.0.1:${await listening(proxy)}`;
    expect(await ask(api.url, { ...cluster, proxyUrl })).toMatchObject({ ok: true });
    expect(asked).toEqual([`127.0.0.1:${api.port}`]);
    expect(await ask(api.url, { proxyUrl })).toMatchObject({ ok: false, reason: 'tls' });
  });

  it('that is dead is named in the sentence', async () => {
    const { api, cluster } = await secureApi();
    const reply = await ask(api.url, { ...cluster, proxyUrl: 'http://user:pass@127.0.0.1:1' });
    expect(reply).toMatchObject({ ok: false, reason: 'refused' });
    expect(!reply.ok && reply.message).toContain('through the proxy http://127.0.0.1:1');
    expect(!reply.ok && reply.message).not.toContain('pass');
  });

  it('that is not a URL is a sentence', async () => {
    const reply = await ask('https://127.0.0.1:1', { proxyUrl: 'not a url' });
    expect(reply).toMatchObject({ ok: false, reason: 'unreachable' });
    expect(!reply.ok && reply.message).toContain('is not a URL');
  });

  it('of the SOCKS kind goes through the official client', async () => {
    const { api, cluster } = await secureApi();
    const socks = createTcpServer(client => {
      client.once('data', () => {
        client.write(Buffer.from([5, 0]));
        client.once('data', () => {
          const upstream = connect(api.port, '127.0.0.1', () => {
            client.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
            upstream.pipe(client).pipe(upstream);
          });
        });
      });
      client.on('error', () => undefined);
    });
    const proxyUrl = `socks5://127.0.0.1:${await listening(socks)}`;
    expect(await ask(api.url, { ...cluster, proxyUrl })).toMatchObject({
      ok: true,
      json: { gitVersion: 'v1.33.1' },
    });
  });
});
