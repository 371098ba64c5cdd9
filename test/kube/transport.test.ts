import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResolvedKubeconfig } from '../../src/kube/kubeconfig.ts';
import type { ExecEntry } from '../../src/kube/kubeconfig-entries.ts';
import { trafficCounter } from '../../src/kube/traffic.ts';
import { openTransport, type Transport } from '../../src/kube/transport.ts';
import { type FakeApi, json, startFakeApi, status, text } from './fixtures/fake-api.ts';
import { resolvedFor } from './fixtures/resolved.ts';

let api: FakeApi & AsyncDisposable;
let folder = '';
const open: Transport[] = [];
beforeEach(async () => {
  api = await startFakeApi();
  folder = mkdtempSync(join(tmpdir(), 'groundup-transport-'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map(transport => transport.close()));
  await api[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const traffic = trafficCounter();
const transportFor = (resolved: ResolvedKubeconfig, execTimeLimitMs = 5_000): Transport => {
  const transport = openTransport({ resolved, env: process.env, wall: Date.now, traffic, execTimeLimitMs });
  open.push(transport);
  return transport;
};
const plugin = (mode: string, more: Partial<ExecEntry> = {}): ExecEntry => ({
  command: join(import.meta.dirname, 'fixtures', 'plugin.mjs'),
  args: [],
  env: [
    { name: 'MODE', value: mode },
    { name: 'COUNT', value: join(folder, 'runs') },
  ],
  apiVersion: 'client.authentication.k8s.io/v1',
  provideClusterInfo: true,
  interactiveMode: 'IfAvailable',
  installHint: '',
  ...more,
});
const runs = (): readonly string[] => readFileSync(join(folder, 'runs'), 'utf8').trim().split('\n');

it('a chosen limit for requests replaces the general one, and shortens one that a request brings along', async () => {
  api.answer('/slow', () => {});
  const transport = transportFor({ ...resolvedFor(api.url), requestTimeoutMs: 200 });
  for (const own of [{}, { deadlineMs: 60_000 }]) {
    const began = performance.now();
    expect(await transport.request('GET', '/slow', own)).toMatchObject({ ok: false, reason: 'timeout' });
    expect(performance.now() - began).toBeLessThan(15_000);
  }
});

describe('a request', () => {
  it('carries token, impersonation and body, below the path of the server', async () => {
    let body = '';
    api.answer('/k8s/clusters/c-1/api/v1/namespaces/x/pods', (_, response) =>
      json(response, { done: true }, 201),
    );
    api.answer('/k8s/clusters/c-1/apis', (_, response) => text(response, 200, 'x'));
    const user = { token: 'abc', as: 'jane', asGroups: ['dev', 'ops'], asExtra: { 'acme/scope': ['s'] } };
    const transport = transportFor(resolvedFor(`${api.url}/k8s/clusters/c-1`, user));
    const reply = await transport.request('POST', '/api/v1/namespaces/x/pods', {
      body: { a: 1 },
      query: { fieldManager: 'groundup', none: undefined },
    });
    body = JSON.stringify(reply.ok && reply.json);
    expect(body).toBe('{"done":true}');
    expect(api.hits[0]?.query.toString()).toBe('fieldManager=groundup');
    expect(api.hits[0]?.headers).toMatchObject({
      authorization: 'Bearer abc',
      'content-type': 'application/json',
      'impersonate-user': 'jane',
      'impersonate-extra-acme%2fscope': 's',
    });
    expect(api.hits[0]?.headers['impersonate-group']).toBe('dev, ops');
  });

  it('reads compressed answers, and refuses one that explodes', async () => {
    api.answer('/api/v1/good', (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync('{"packed":1}'));
    });
    api.answer('/api/v1/bomb', (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync(Buffer.alloc(70 * 1024 * 1024)));
    });
    const transport = transportFor(resolvedFor(api.url));
    expect(await transport.request('GET', '/api/v1/good')).toMatchObject({ ok: true, json: { packed: 1 } });
    expect(await transport.request('GET', '/api/v1/bomb')).toMatchObject({ ok: false, reason: 'too-large' });
  });

  it('gives up at its deadline, and says that the server hangs', async () => {
    api.freeze(true);
    const started = performance.now();
    const reply = await transportFor(resolvedFor(api.url)).request('GET', '/version', { deadlineMs: 100 });
    expect(reply).toMatchObject({ ok: false, reason: 'timeout', status: null });
    expect(performance.now() - started).toBeLessThan(1_500);
  });

  it('asks once more when a kept connection turned out to be dead', async () => {
    let cut = true;
    api.answer('/api/v1/x', (_, response) => {
      if (cut) response.destroy();
      else json(response, {});
      cut = false;
    });
    expect(await transportFor(resolvedFor(api.url)).request('GET', '/api/v1/x')).toMatchObject({ ok: true });
  });

  it('never sends a change twice', async () => {
    api.answer('/api/v1/namespaces/x/pods', (_, response) => response.destroy());
    const reply = await transportFor(resolvedFor(api.url)).request('POST', '/api/v1/namespaces/x/pods', {
      body: {},
    });
    expect(reply).toMatchObject({ ok: false, reason: 'closed' });
    expect(api.hits).toHaveLength(1);
  });
});

describe('a refusal in words', () => {
  const ask = async (code: number, reason = 'X', message = 'said so') => {
    api.answer('/api/v1/namespaces/y/pods', (_, response) => status(response, code, reason, message));
    const reply = await transportFor(resolvedFor(api.url)).request('GET', '/api/v1/namespaces/y/pods');
    if (reply.ok) throw new Error('was accepted');
    return reply;
  };
  it.each([
    [401, 'unauthorized', /does not accept these credentials/],
    [403, 'rbac', /may not list pods in the namespace y/],
    [404, 'not-served', /does not know this: list pods/],
    [409, 'server-error', /refuses \(409\).*said so/],
    [500, 'server-error', /answers 500.*said so/],
    [503, 'server-error', /answers 503/],
  ])('%i is %s', async (code, reason, message) => {
    const reply = await ask(code);
    expect(reply).toMatchObject({ reason, status: code });
    expect(reply.message).toMatch(message);
  });

  it('shows what came instead of JSON', async () => {
    api.answer('/api/v1/nodes', (_, response) => text(response, 200, '<html>Log in</html>', 'text/html'));
    const reply = await transportFor(resolvedFor(api.url)).request('GET', '/api/v1/nodes');
    expect(reply).toMatchObject({ ok: false, reason: 'parse' });
    expect(!reply.ok && reply.message).toMatch(/text\/html/);
  });

  it('never lets escape sequences of a server through', async () => {
    expect((await ask(500, 'X', 'boom \x1b[2J')).message).not.toContain('\x1b');
  });

  it('names a port on which nothing listens', async () => {
    await api.crash();
    const reply = await transportFor(resolvedFor(api.url)).request('GET', '/version');
    expect(reply).toMatchObject({ ok: false, reason: 'refused' });
    expect(!reply.ok && reply.message).toContain(`127.0.0.1:${api.port} refuses connections`);
  });

  it('names a server that is not HTTP', async () => {
    const server = createServer(socket => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const reply = await transportFor(resolvedFor(`http://127.0.0.1:${port}`)).request('GET', '/version');
    server.close();
    expect(reply).toMatchObject({ ok: false, reason: 'parse' });
  });
});

describe('a busy server', () => {
  it('is left alone for as long as it asked, by every read but the heartbeat', async () => {
    const undo = api.answer('/api/v1/nodes', (_, response) => {
      response.setHeader('retry-after', '1');
      status(response, 429, 'TooManyRequests');
    });
    const transport = transportFor(resolvedFor(api.url));
    expect(await transport.request('GET', '/api/v1/nodes')).toMatchObject({
      reason: 'throttled',
      retryAfterMs: 1000,
    });
    undo();
    expect(await transport.request('GET', '/api/v1/pods')).toMatchObject({ ok: false, reason: 'throttled' });
    expect(api.hits).toHaveLength(1);
    expect(await transport.request('GET', '/version')).toMatchObject({ ok: true });
    await new Promise(resolve => setTimeout(resolve, 1_050));
    expect(await transport.request('GET', '/api/v1/pods')).toMatchObject({ ok: true });
  });
});

describe('an exec plugin', () => {
  const guard = (accepted: string): void => {
    api.answer('/version', (hit, response) =>
      hit.headers.authorization === `Bearer ${accepted}`
        ? json(response, {})
        : status(response, 401, 'Unauthorized'),
    );
  };

  it('runs once for many requests, knows the cluster, and its token is kept', async () => {
    guard('token-1');
    const transport = transportFor(resolvedFor(api.url, { exec: plugin('ok') }));
    const replies = await Promise.all([1, 2, 3].map(() => transport.request('GET', '/version')));
    expect(replies.every(reply => reply.ok)).toBe(true);
    expect(runs()).toHaveLength(1);
    expect(JSON.parse(runs()[0] ?? '')).toMatchObject({
      kind: 'ExecCredential',
      spec: { interactive: false, cluster: { server: api.url } },
    });
  });

  it('runs again once after a 401, unseen by whoever asked', async () => {
    guard('token-2');
    const transport = transportFor(resolvedFor(api.url, { exec: plugin('ok') }));
    const replies = await Promise.all([1, 2, 3].map(() => transport.request('GET', '/version')));
    expect(replies.map(reply => reply.ok)).toEqual([true, true, true]);
    expect(runs()).toHaveLength(2);
  });

  it('is not run over and over when the server refuses every token', async () => {
    guard('never');
    const transport = transportFor(resolvedFor(api.url, { exec: plugin('ok') }));
    for (let i = 0; i < 5; i++)
      expect(await transport.request('GET', '/version')).toMatchObject({ ok: false, reason: 'unauthorized' });
    expect(runs()).toHaveLength(2);
  });

  it('is run again when its token has expired', async () => {
    guard('token-2');
    const transport = transportFor(resolvedFor(api.url, { exec: plugin('short') }));
    await transport.request('GET', '/version');
    expect(runs().length).toBeGreaterThan(1);
  });

  it.each([
    ['hang', /did not finish within 1 s/],
    ['flood', /more than 1 MiB/],
    ['fail', /failed \(exit 1\).*token expired/],
    ['garbage', /not JSON/],
  ])('that is bad (%s) is a sentence, never a wait', async (mode, message) => {
    const started = performance.now();
    const transport = transportFor(resolvedFor(api.url, { exec: plugin(mode) }), 1_000);
    const reply = await transport.request('GET', '/version');
    expect(reply).toMatchObject({ ok: false, reason: 'credentials' });
    const said = reply.ok ? '' : reply.message;
    expect(said).toMatch(message);
    expect(said).not.toContain('\x1b');
    expect(said).not.toContain('hunter2');
    expect(performance.now() - started).toBeLessThan(6_000);
    expect(api.hits).toHaveLength(0);
  });

  it('gets a closed stdin', async () => {
    guard('stdin-closed');
    const transport = transportFor(resolvedFor(api.url, { exec: plugin('stdin') }));
    expect(await transport.request('GET', '/version')).toMatchObject({ ok: true });
  });

  it('that is not installed brings its hint', async () => {
    const exec = plugin('ok', { command: 'no-such-login-tool', installHint: 'brew install it' });
    const reply = await transportFor(resolvedFor(api.url, { exec })).request('GET', '/version');
    expect(!reply.ok && reply.message).toMatch(/cannot be started \(ENOENT\).*brew install it/);
  });
});

describe('a token file', () => {
  it('is read again after a 401', async () => {
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, 'old\n');
    api.answer('/version', (hit, response) => {
      writeFileSync(tokenFile, 'new\n');
      if (hit.headers.authorization === 'Bearer new') json(response, {});
      else status(response, 401, 'Unauthorized');
    });
    expect(await transportFor(resolvedFor(api.url, { tokenFile })).request('GET', '/version')).toMatchObject({
      ok: true,
    });
  });
  it('that is missing is named', async () => {
    const tokenFile = join(folder, 'none');
    const reply = await transportFor(resolvedFor(api.url, { tokenFile })).request('GET', '/version');
    expect(!reply.ok && reply.message).toContain(tokenFile);
  });
});

describe('the older auth providers', () => {
  it('go through the official client', async () => {
    const claims = Buffer.from(JSON.stringify({ exp: Date.now() / 1000 + 3600 })).toString('base64url');
    const token = `${Buffer.from('{}').toString('base64url')}.${claims}.sig`;
    const authProvider = {
      name: 'oidc',
      config: { 'id-token': token, 'client-id': 'x', 'idp-issuer-url': 'https://idp' },
    };
    await transportFor(resolvedFor(api.url, { authProvider })).request('GET', '/version');
    expect(api.hits[0]?.headers.authorization).toBe(`Bearer ${token}`);
  });
});
