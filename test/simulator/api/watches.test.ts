import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../../../src/simulator/world.ts';
import { pod, serve, type TestServer } from './serve.ts';

let server: TestServer;
beforeEach(async () => {
  server = await serve();
});
afterEach(() => server.close());

const PODS = '/api/v1/namespaces/default/pods?watch=true';

const label = (name: string, app: string | undefined): void => {
  server.world.update('/pods', 'default', name, draft => {
    draft.metadata.labels = app === undefined ? undefined : { app };
  });
};

const summary = ({ type, object }: Json): string => `${type} ${object.metadata.name}`;

describe('watch', () => {
  it('starts with what is there, then tells of changes', async () => {
    server.world.create('/pods', pod('a'));
    const stream = await server.watch(PODS);
    expect(summary(await stream.next())).toBe('ADDED a');
    server.world.create('/pods', pod('b'));
    label('a', 'x');
    server.world.remove('/pods', 'default', 'b');
    const told = [await stream.next(), await stream.next(), await stream.next()];
    expect(told.map(summary)).toEqual(['ADDED b', 'MODIFIED a', 'DELETED b']);
    expect(told[2].object).toMatchObject({ kind: 'Pod', apiVersion: 'v1' });
    stream.stop();
  });

  it('goes on from a version without losing or repeating a change', async () => {
    server.world.create('/pods', pod('a'));
    const from = server.world.version();
    server.world.create('/pods', pod('b'));
    server.world.create('/pods', pod('elsewhere', { metadata: { namespace: 'apps' } }));
    const stream = await server.watch(`${PODS}&resourceVersion=${from}`);
    server.world.create('/pods', pod('c'));
    expect([summary(await stream.next()), summary(await stream.next())]).toEqual(['ADDED b', 'ADDED c']);
    stream.stop();
  });

  it('shows a change of labels as coming into view and going out of it', async () => {
    server.world.create('/pods', pod('a'));
    const stream = await server.watch(
      `${PODS}&labelSelector=app%3Dx&resourceVersion=${server.world.version()}`,
    );
    label('a', 'x');
    label('a', 'y');
    server.world.remove('/pods', 'default', 'a');
    label('a', 'x');
    server.world.create('/pods', pod('end', { metadata: { labels: { app: 'x' } } }));
    const told = [await stream.next(), await stream.next(), await stream.next()];
    expect(told.map(summary)).toEqual(['ADDED a', 'DELETED a', 'ADDED end']);
    expect(told[1].object.metadata.labels).toEqual({ app: 'x' });
    expect(Number(told[1].object.metadata.resourceVersion)).toBeGreaterThan(
      Number(told[0].object.metadata.resourceVersion),
    );
    stream.stop();
  });

  it('answers a version it has forgotten with an ERROR event, code 410, and the end', async () => {
    const from = server.world.version();
    server.world.create('/pods', pod('a'));
    for (let index = 0; index < 1100; index += 1) label('a', `v${index}`);
    const stream = await server.watch(`${PODS}&resourceVersion=${from}`);
    const { type, object } = await stream.next();
    expect(type).toBe('ERROR');
    expect(object).toMatchObject({ kind: 'Status', code: 410, reason: 'Expired' });
    expect(object.message).toMatch(new RegExp(`^too old resource version: ${from} \\(\\d+\\)$`));
    expect(await stream.next()).toBeUndefined();
  });

  it('delivers a burst of changes whole', async () => {
    server.world.create('/pods', pod('a', { metadata: { annotations: { filler: 'x'.repeat(1500) } } }));
    const stream = await server.watch(`${PODS}&resourceVersion=${server.world.version()}`);
    for (let index = 0; index < 1500; index += 1) label('a', `v${index}`);
    for (let index = 0; index < 1500; index += 1) {
      expect((await stream.next()).object.metadata.labels.app).toBe(`v${index}`);
    }
    stream.stop();
  });

  it('sends a bookmark before the time is up, to those who want bookmarks', async () => {
    const from = server.world.version();
    const stream = await server.watch(
      `${PODS}&resourceVersion=${from}&timeoutSeconds=1&allowWatchBookmarks=true`,
    );
    expect(await stream.next()).toMatchObject({
      type: 'BOOKMARK',
      object: { kind: 'Pod', apiVersion: 'v1', metadata: { resourceVersion: String(from) } },
    });
    expect(await stream.next()).toBeUndefined();
    const plain = await server.watch(`${PODS}&resourceVersion=${from}&timeoutSeconds=1`);
    expect(await plain.next()).toBeUndefined();
  });

  it('refuses initial events as servers without that feature do', async () => {
    const { status, body } = await server.ask(
      'GET',
      `${PODS}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan`,
    );
    expect([status, body.reason]).toEqual([422, 'Invalid']);
    expect(body.message).toContain('sendInitialEvents is forbidden for watch');
  });

  it('streams Tables, of which the first alone has column definitions', async () => {
    server.world.create('/pods', pod('a'));
    const stream = await server.watch(PODS, 'application/json;as=Table;v=v1;g=meta.k8s.io');
    const first = await stream.next();
    expect(first.object.columnDefinitions[0].name).toBe('Name');
    label('a', 'x');
    const second = await stream.next();
    expect(second.object).toMatchObject({ kind: 'Table', columnDefinitions: null });
    expect(second.object.rows[0].cells[0]).toBe('a');
    stream.stop();
  });

  it('streams metadata only to those who ask for no more', async () => {
    server.world.create('/pods', pod('a'));
    const stream = await server.watch(PODS, 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io');
    expect((await stream.next()).object).toEqual({
      kind: 'PartialObjectMetadata',
      apiVersion: 'meta.k8s.io/v1',
      metadata: expect.objectContaining({ name: 'a' }),
    });
    stream.stop();
  });

  it('ends when the kind is no longer served', async () => {
    server.world.serveCustom({
      ...pod(''),
      metadata: { name: 'widgets.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'widgets', kind: 'Widget' },
        versions: [{ name: 'v1', served: true, storage: true }],
      },
    });
    const stream = await server.watch('/apis/example.com/v1/widgets?watch=true');
    server.world.dropCustom('widgets.example.com');
    expect(await stream.next()).toBeUndefined();
    expect((await server.ask('GET', '/apis/example.com/v1/widgets')).status).toBe(404);
  });

  it('watches one object by its name', async () => {
    server.world.create('/pods', pod('a'));
    const stream = await server.watch(`${PODS}&fieldSelector=metadata.name%3Db`);
    server.world.create('/pods', pod('b'));
    expect(summary(await stream.next())).toBe('ADDED b');
    stream.stop();
  });
});
