import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../../../src/simulator/world.ts';
import { type Answer, deployment, serve, type TestServer } from './serve.ts';

let server: TestServer;
beforeEach(async () => {
  server = await serve();
});
afterEach(() => server.close());

const WEB = '/apis/apps/v1/namespaces/default/deployments/web';

function apply(config: Json, manager: string, more = ''): Promise<Answer> {
  const type = 'application/apply-patch+yaml';
  return server.ask('PATCH', `${WEB}?fieldManager=${manager}${more}`, { body: config, type });
}

const managers = (object: Json): string[] =>
  object.metadata.managedFields.map((entry: Json) => `${entry.manager} ${entry.operation}`);

describe('server-side apply', () => {
  it('creates what is not there and remembers who owns it since when', async () => {
    const { status, body } = await apply(deployment('web', { replicas: 2 }), 'helm');
    expect(status).toBe(201);
    expect(body.metadata.managedFields).toEqual([
      {
        manager: 'helm',
        operation: 'Apply',
        apiVersion: 'apps/v1',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:spec': {
            'f:replicas': {},
            'f:selector': { 'f:matchLabels': { 'f:app': {} } },
            'f:template': {
              'f:metadata': { 'f:labels': { 'f:app': {} } },
              'f:spec': { 'f:containers': { 'k:{"name":"app"}': { '.': {}, 'f:name': {}, 'f:image': {} } } },
            },
          },
        },
      },
    ]);
  });

  it('changes nothing when the same is applied again', async () => {
    const first = await apply(deployment('web'), 'helm');
    const second = await apply(deployment('web'), 'helm');
    expect(second.status).toBe(200);
    expect(second.body).toEqual(first.body);
  });

  it('reads YAML', async () => {
    await apply(deployment('web'), 'helm');
    const text = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 4\n';
    expect((await apply(text, 'flux')).body.spec.replicas).toBe(4);
  });

  it('refuses a field that someone else set to another value, and names who', async () => {
    await apply(deployment('web', { replicas: 2 }), 'helm');
    const { status, body } = await apply(deployment('web', { replicas: 3 }), 'flux');
    expect(status).toBe(409);
    expect(body.message).toBe('Apply failed with 1 conflict: conflict with "helm": .spec.replicas');
    expect(body.details.causes).toEqual([
      { reason: 'FieldManagerConflict', message: 'conflict with "helm"', field: '.spec.replicas' },
    ]);
  });

  it('lists several conflicts by manager, with the entries of lists by their keys', async () => {
    await apply(deployment('web', { replicas: 2 }), 'helm');
    const config = deployment('web', { replicas: 3 });
    config.spec.template.spec.containers[0].image = 'app:2';
    const { body } = await apply(config, 'flux');
    expect(body.message).toBe(
      [
        'Apply failed with 2 conflicts: conflicts with "helm":',
        '- .spec.replicas',
        '- .spec.template.spec.containers[name="app"].image',
      ].join('\n'),
    );
  });

  it('takes the field over when forced', async () => {
    await apply(deployment('web', { replicas: 2 }), 'helm');
    const { body } = await apply(deployment('web', { replicas: 3 }), 'flux', '&force=true');
    expect(body.spec.replicas).toBe(3);
    const helm = body.metadata.managedFields.find((entry: Json) => entry.manager === 'helm');
    expect(helm.fieldsV1['f:spec']).not.toHaveProperty('f:replicas');
  });

  it('shares a field that both set to the same value', async () => {
    await apply(deployment('web', { replicas: 2 }), 'helm');
    const { status, body } = await apply(deployment('web', { replicas: 2 }), 'flux');
    expect(status).toBe(200);
    expect(managers(body)).toEqual(['helm Apply', 'flux Apply']);
  });

  it('removes what its manager no longer sets, unless someone else does', async () => {
    const config = deployment('web');
    config.metadata.labels = { mine: 'a', ours: 'b' };
    await apply(config, 'helm');
    await apply({ ...deployment('web'), metadata: { name: 'web', labels: { ours: 'b' } } }, 'flux');
    const { body } = await apply(deployment('web'), 'helm');
    expect(body.metadata.labels).toEqual({ ours: 'b' });
  });

  it('removes a container its manager no longer lists, and keeps the others', async () => {
    const config = deployment('web');
    config.spec.template.spec.containers.push({ name: 'side', image: 'side:1' });
    await apply(config, 'helm');
    const { body } = await apply(deployment('web'), 'helm');
    expect(body.spec.template.spec.containers.map((entry: Json) => entry.name)).toEqual(['app']);
  });

  it('changes a value that it owns itself without a trace of another manager', async () => {
    await apply(deployment('web', { replicas: 2 }), 'helm');
    const { body } = await apply(deployment('web', { replicas: 5 }), 'helm');
    expect(body.spec.replicas).toBe(5);
    expect(managers(body)).toEqual(['helm Apply']);
  });

  it('wants to know who applies', async () => {
    const type = 'application/apply-patch+yaml';
    const { status, body } = await server.ask('PATCH', WEB, { body: deployment('web'), type });
    expect(status).toBe(422);
    expect(body.message).toContain('fieldManager: Required value: is required for apply patch');
  });
});

describe('other writes', () => {
  it('record who changed a field, by subresource, and conflict with a later apply', async () => {
    await apply(deployment('web', { replicas: 2 }), 'helm');
    const type = 'application/merge-patch+json';
    const body = { spec: { replicas: 0 } };
    await server.ask('PATCH', `${WEB}/scale?fieldManager=kubectl`, { body, type });
    const { body: read } = await server.ask('GET', WEB);
    expect(managers(read)).toEqual(['helm Apply', 'kubectl Update']);
    expect(read.metadata.managedFields[1]).toMatchObject({ subresource: 'scale' });
    const answer = await apply(deployment('web', { replicas: 2 }), 'helm');
    expect(answer.body.message).toMatch(
      /^Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps\/v1 at .*Z: \.spec\.replicas$/,
    );
  });

  it('record the creator, named by its user agent when it gives no name', async () => {
    const { body } = await server.ask('POST', '/apis/apps/v1/namespaces/default/deployments', {
      body: deployment('web'),
    });
    expect(managers(body)).toEqual(['node Update']);
  });
});
