import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../../../src/simulator/world.ts';
import { pod, serve, type TestServer } from './serve.ts';

let server: TestServer;
beforeEach(async () => {
  server = await serve();
});
afterEach(() => server.close());

const PODS = '/api/v1/namespaces/default/pods';
const names = (body: Json): string[] => body.items.map((item: Json) => item.metadata.name);

function seed(): void {
  const rows = [
    ['a', { app: 'web', tier: 'front' }, 'n1', 'Running'],
    ['b', { app: 'web' }, 'n2', 'Pending'],
    ['c', { app: 'db' }, 'n1', 'Running'],
    ['d', {}, 'n2', 'Failed'],
  ] as const;
  for (const [name, labels, nodeName, phase] of rows) {
    const spec = { nodeName, containers: [{ name: 'app', image: 'app:1' }] };
    server.world.create('/pods', pod(name, { metadata: { labels }, spec, status: { phase } }));
  }
}

describe('selectors', () => {
  it.each([
    ['labelSelector=app=web', ['a', 'b']],
    ['labelSelector=app==web,tier=front', ['a']],
    ['labelSelector=app!=web', ['c', 'd']],
    ['labelSelector=app in (web, db)', ['a', 'b', 'c']],
    ['labelSelector=app notin (web)', ['c', 'd']],
    ['labelSelector=app,!tier', ['b', 'c']],
    ['fieldSelector=spec.nodeName=n1', ['a', 'c']],
    ['fieldSelector=status.phase!=Running', ['b', 'd']],
    ['fieldSelector=metadata.name=b,metadata.namespace=default', ['b']],
    ['fieldSelector=spec.nodeName=n1&labelSelector=app=web', ['a']],
  ])('%s selects %j', async (query, expected) => {
    seed();
    const { body } = await server.ask('GET', `${PODS}?${encodeURI(query)}`);
    expect(names(body)).toEqual(expected);
  });

  it.each([
    ['fieldSelector=spec.color=red', 'field label not supported: spec.color'],
    ['labelSelector=a b c', "unable to parse requirement: found 'a b c', expected: identifier"],
  ])('%s is refused', async (query, message) => {
    const { status, body } = await server.ask('GET', `${PODS}?${encodeURI(query)}`);
    expect([status, body.message]).toEqual([400, message]);
  });

  it('selects events by what they are about and why', async () => {
    const event = (name: string, reason: string): Json => ({
      metadata: { name, namespace: 'default' },
      involvedObject: { kind: 'Pod', name: 'p' },
      reason,
      type: 'Warning',
    });
    server.world.create('/events', event('one', 'BackOff'));
    server.world.create('/events', event('two', 'Failed'));
    const { body } = await server.ask(
      'GET',
      '/api/v1/events?fieldSelector=involvedObject.name=p,reason=Failed,type=Warning',
    );
    expect(names(body)).toEqual(['two']);
  });
});

describe('pages', () => {
  it('reads a list page by page as it was when the first page was read', async () => {
    seed();
    const first = await server.ask('GET', `${PODS}?limit=2`);
    expect(names(first.body)).toEqual(['a', 'b']);
    expect(first.body.metadata.remainingItemCount).toBe(2);
    server.world.remove('/pods', 'default', 'c', { grace: 0 });
    const second = await server.ask('GET', `${PODS}?limit=2&continue=${first.body.metadata.continue}`);
    expect(names(second.body)).toEqual(['c', 'd']);
    expect(second.body.metadata.continue).toBeUndefined();
    expect(second.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
  });

  it('answers 410 for a page of a list it no longer has', async () => {
    const token = Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', id: 'gone', from: 2 })).toString(
      'base64url',
    );
    const { status, body } = await server.ask('GET', `${PODS}?limit=2&continue=${token}`);
    expect([status, body.reason]).toEqual([410, 'Expired']);
  });
});

describe('versions', () => {
  it('tells a client that is ahead of the server to come again', async () => {
    const { status, body, headers } = await server.ask('GET', `${PODS}?resourceVersion=999999`);
    expect([status, body.reason, headers.get('retry-after')]).toEqual([504, 'Timeout', '1']);
    expect(body.message).toMatch(/^Timeout: Too large resource version: 999999, current: \d+$/);
    expect(body.details.causes[0].reason).toBe('ResourceVersionTooLarge');
  });

  it.each([
    ['resourceVersion=0', 200],
    ['resourceVersion=1&resourceVersionMatch=NotOlderThan', 200],
    ['resourceVersion=1&resourceVersionMatch=Exact', 410],
    ['resourceVersionMatch=Exact', 422],
    ['resourceVersion=abc', 422],
  ])('%s is answered %i', async (query, code) => {
    expect((await server.ask('GET', `${PODS}?${query}`)).status).toBe(code);
  });
});

describe('forms', () => {
  it('lists across namespaces, without types on the items', async () => {
    seed();
    server.world.create('/pods', pod('z', { metadata: { namespace: 'apps' } }));
    const { body } = await server.ask('GET', '/api/v1/pods');
    expect(body).toMatchObject({ kind: 'PodList', apiVersion: 'v1' });
    expect(names(body)).toEqual(['z', 'a', 'b', 'c', 'd']);
    expect(body.items[0]).not.toHaveProperty('kind');
  });

  it('gives metadata only to those who ask for no more', async () => {
    server.world.create('/secrets', {
      metadata: { name: 's', namespace: 'default' },
      data: { key: 'c2VjcmV0' },
    });
    const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
    const { body } = await server.ask('GET', '/api/v1/secrets', { accept });
    expect(body.kind).toBe('PartialObjectMetadataList');
    expect(JSON.stringify(body)).not.toContain('c2VjcmV0');
    expect(body.items[0]).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 's' } });
  });

  it.each([
    ['', { kind: 'PartialObjectMetadata' }],
    ['?includeObject=Object', { kind: 'Pod', spec: {} }],
    ['?includeObject=None', null],
  ])('gives rows of a Table with%s', async (query, object) => {
    seed();
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
    const { body } = await server.ask('GET', PODS + query, { accept });
    expect(body.kind).toBe('Table');
    expect(body.columnDefinitions.map((column: Json) => column.name)).toEqual([
      'Name',
      'Ready',
      'Status',
      'Restarts',
      'Age',
      'IP',
      'Node',
      'Nominated Node',
      'Readiness Gates',
    ]);
    expect(body.rows[0].cells.slice(0, 4)).toEqual(['a', '0/1', 'Running', '0']);
    if (object === null) expect(body.rows[0].object).toBeNull();
    else expect(body.rows[0].object).toMatchObject(object);
  });
});
