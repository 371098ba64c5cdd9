import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logKey } from '../../../src/simulator/api/pod-logs.ts';
import type { Json } from '../../../src/simulator/world.ts';
import { eventually, pod, serve, type TestServer } from './serve.ts';

let server: TestServer;
beforeEach(async () => {
  server = await serve();
});
afterEach(() => server.close());

const LOG = '/api/v1/namespaces/default/pods/p/log';
const OLD = '2020-01-01T00:00:00.000Z';

function seed(status: Json = {}, spec: Json = {}): void {
  server.world.create(
    '/pods',
    pod('p', { spec: { containers: [{ name: 'app', image: 'i' }], ...spec }, status }),
  );
}

function write(lines: readonly string[], container = 'app', previous = false): void {
  const key = logKey('default', 'p', container, previous);
  server.behaviour.logs.set(key, [...(server.behaviour.logs.get(key) ?? []), ...lines]);
}

describe('pod logs', () => {
  it.each([
    ['', 'one\ntwo\nthree\n'],
    ['?tailLines=2', 'two\nthree\n'],
    ['?tailLines=0', ''],
    ['?limitBytes=5', 'one\nt'],
    ['?sinceSeconds=60', 'three\n'],
    ['?timestamps=true&tailLines=2', `${OLD} two\n`],
    ['?container=app&tailLines=1', 'three\n'],
  ])('%s gives %j', async (query, expected) => {
    seed();
    write([`${OLD} one`, `${OLD} two`, 'three']);
    const { status, body } = await server.ask('GET', LOG + query);
    expect(status).toBe(200);
    expect(body.startsWith(expected)).toBe(true);
    if (!query.includes('timestamps')) expect(body).toBe(expected);
    else expect(body).toMatch(/\n\S+Z three\n$/);
  });

  it.each([
    ['?container=nope', {}, {}, 'container nope is not valid for pod p'],
    ['?previous=true', {}, {}, 'previous terminated container "app" in pod "p" not found'],
    [
      '',
      { containerStatuses: [{ name: 'app', state: { waiting: { reason: 'ContainerCreating' } } }] },
      {},
      'container "app" in pod "p" is waiting to start: ContainerCreating',
    ],
    [
      '',
      { containerStatuses: [{ name: 'app', state: { waiting: { reason: 'ImagePullBackOff' } } }] },
      {},
      'container "app" in pod "p" is waiting to start: trying and failing to pull image',
    ],
    [
      '',
      {},
      {
        containers: [
          { name: 'a', image: 'i' },
          { name: 'b', image: 'i' },
        ],
      },
      'a container name must be specified for pod p, choose one of: [a b]',
    ],
  ])('%s is refused for what the pod is', async (query, status, spec, message) => {
    seed(status, spec);
    const answer = await server.ask('GET', LOG + query);
    expect([answer.status, answer.body.message]).toEqual([400, message]);
  });

  it('keeps the log of the previous run apart', async () => {
    seed();
    write(['panic'], 'app', true);
    write(['fine']);
    expect((await server.ask('GET', `${LOG}?previous=true`)).body).toBe('panic\n');
    expect((await server.ask('GET', LOG)).body).toBe('fine\n');
  });

  it('cannot be read from a node that is lost', async () => {
    server.world.create('/nodes', {
      metadata: { name: 'n1' },
      status: {
        conditions: [{ type: 'Ready', status: 'Unknown' }],
        addresses: [{ type: 'InternalIP', address: '10.0.0.9' }],
      },
    });
    seed({}, { nodeName: 'n1' });
    const { status, body } = await server.ask('GET', LOG);
    expect(status).toBe(500);
    expect(body.message).toBe(
      'Get "https://10.0.0.9:10250/containerLogs/default/p/app": dial tcp 10.0.0.9:10250: i/o timeout',
    );
  });

  it('follows until the pod is gone, also when the ring drops its oldest lines', async () => {
    seed();
    write(['one', 'two']);
    const response = await fetch(`${server.url}${LOG}?follow=true&tailLines=1`, {
      headers: { authorization: 'Bearer root' },
    });
    let text = '';
    const read = (async () => {
      for await (const part of response.body ?? []) text += new TextDecoder().decode(part);
    })();
    await eventually(() => text === 'two\n');
    server.behaviour.logs.set(logKey('default', 'p', 'app'), ['two', 'three', 'four']);
    await eventually(() => text === 'two\nthree\nfour\n');
    server.world.remove('/pods', 'default', 'p');
    await read;
    expect(text).toBe('two\nthree\nfour\n');
  });
});
