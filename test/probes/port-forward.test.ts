import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { execInPods } from '../../src/kube/exec.ts';
import { portForwarding } from '../../src/kube/port-forward.ts';
import { resolvedFor } from '../kube/fixtures/resolved.ts';
import { type Tunnel, tunnelServer } from './kubelet-tunnel.ts';

const target = { namespace: 'kube-system', pod: 'coredns-1', port: 53 };
const PORT = Buffer.from([53, 0]);
const soon = () => AbortSignal.timeout(5_000);

async function forwarded(onOpen: (tunnel: Tunnel) => void, user: Parameters<typeof resolvedFor>[1] = {}) {
  const server = await tunnelServer({
    onOpen: tunnel => {
      tunnel.send(0, PORT);
      tunnel.send(1, PORT);
      onOpen(tunnel);
    },
  });
  const opened = await portForwarding(resolvedFor(server.url, user), {})(target, soon());
  if (!opened.ok) throw new Error(opened.message);
  return opened.stream;
}

/** All that came; the error of the stream when it had one, also if that was before anybody read. */
async function readAll(stream: Duplex): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describe('a port-forward', () => {
  it('carries bytes both ways, without the port numbers that come first', async () => {
    const stream = await forwarded(tunnel =>
      tunnel.onMessage((channel, data) => tunnel.send(0, `${channel}:${data.toString()}`)),
    );
    stream.write('ping');
    const [answer] = await once(stream, 'data');
    expect(String(answer)).toBe('0:ping');
    stream.destroy();
  });

  it('asks as the user of the kubeconfig, with every header of impersonation', async () => {
    let seen: Tunnel['request'] | undefined;
    const user = { token: 'secret', as: 'ann', asGroups: ['ops'] };
    const stream = await forwarded(tunnel => {
      seen = tunnel.request;
    }, user);
    stream.destroy();
    expect(seen?.url).toBe('/api/v1/namespaces/kube-system/pods/coredns-1/portforward?ports=53');
    expect(seen?.headers).toMatchObject({
      authorization: 'Bearer secret',
      'impersonate-user': 'ann',
      'impersonate-group': 'ops',
    });
  });

  it('fails with the words of the kubelet', async () => {
    const stream = await forwarded(tunnel =>
      tunnel.send(1, 'dial tcp4 127.0.0.1:53: connect: connection refused'),
    );
    await expect(readAll(stream)).rejects.toThrow('connection refused');
  });

  it('ends when the server ends it', async () => {
    const stream = await forwarded(tunnel => {
      tunnel.send(0, 'last words');
      tunnel.end();
    });
    expect(await readAll(stream)).toBe('last words');
  });

  it('hangs up when it is destroyed', async () => {
    let closed: Promise<unknown> | undefined;
    const stream = await forwarded(tunnel => {
      closed = tunnel.closed;
    });
    stream.destroy();
    await closed;
  });

  it('cuts off a pod that sends without end', async () => {
    const stream = await forwarded(tunnel => tunnel.send(0, Buffer.alloc(1024 * 1024 + 1)));
    await expect(readAll(stream)).rejects.toThrow('too much');
  });

  it.each([
    [403, 'rbac', 'These credentials may not port-forward to kube-system/coredns-1.'],
    [404, 'not-served', 'There is nothing to port-forward to kube-system/coredns-1.'],
    [500, 'server-error', 'The API server answers 500 to: port-forward to kube-system/coredns-1.'],
  ])('that the server refuses with %d is a failure, not an error', async (status, reason, message) => {
    const { url } = await tunnelServer({ status });
    const opened = await portForwarding(resolvedFor(url), {})(target, soon());
    expect(opened).toMatchObject({ ok: false, reason, message, status });
  });

  it('gives up waiting for a server that says nothing', async () => {
    const { url } = await tunnelServer({ hang: true });
    const opened = await portForwarding(resolvedFor(url), {})(target, AbortSignal.timeout(100));
    expect(opened).toMatchObject({ ok: false, reason: 'timeout' });
  });
});

describe('a command in a pod', () => {
  const ask = { namespace: 'a', pod: 'b', container: 'c', command: ['echo', 'x'] };
  const run = async (onOpen: (tunnel: Tunnel) => void, signal = soon()) =>
    execInPods(resolvedFor((await tunnelServer({ onOpen })).url), {})(ask, signal);

  it('gives its output and whether it succeeded', async () => {
    const output = await run(tunnel => {
      expect(tunnel.request.url).toContain('command=echo&command=x&container=c');
      tunnel.send(1, 'out\n');
      tunnel.send(2, 'err\n');
      tunnel.send(3, '{"status":"Failure","message":"command terminated with exit code 1"}');
    });
    const why = 'command terminated with exit code 1';
    expect(output).toEqual({ ok: true, output: 'out\nerr\n', succeeded: false, why });
  });

  it('is a failure when the connection ends first, and when time is up', async () => {
    expect(await run(tunnel => tunnel.end())).toMatchObject({ ok: false, reason: 'closed' });
    expect(await run(() => undefined, AbortSignal.timeout(100))).toMatchObject({
      ok: false,
      reason: 'timeout',
    });
  });
});
