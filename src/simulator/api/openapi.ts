import { createHash } from 'node:crypto';
import type { Json } from '../world.ts';
import type { ServedWorld } from './create-world.ts';
import { type Exchange, sendJson } from './exchange.ts';
import type { Resource } from './resources.ts';

/**
 * Just enough of the API's description for clients to see that the server validates fields itself and which
 * patches it takes; schemas are open. Says false for any other path.
 */
export function describeApi(exchange: Exchange): boolean {
  const { path, world } = exchange;
  if (path === '/openapi/v2') return sendV2(exchange);
  if (path === '/openapi/v3') {
    const paths = Object.fromEntries(
      groupVersions(world).map(root => {
        const hash = createHash('sha256')
          .update(JSON.stringify(document(world, root)))
          .digest('hex')
          .slice(0, 32);
        return [root, { serverRelativeURL: `/openapi/v3/${root}?hash=${hash.toUpperCase()}` }];
      }),
    );
    sendJson(exchange, 200, { paths });
    return true;
  }
  const root = path.startsWith('/openapi/v3/') ? path.slice('/openapi/v3/'.length) : '';
  if (!groupVersions(world).includes(root)) return false;
  sendJson(exchange, 200, document(world, root));
  return true;
}

const INFO = { title: 'Kubernetes', version: 'v1.33.1' };

function sendV2(exchange: Exchange): boolean {
  const { request, response } = exchange;
  if (!request.headers.accept?.includes('protobuf')) {
    sendJson(exchange, 200, { swagger: '2.0', info: INFO, paths: {}, definitions: {} });
    return true;
  }
  response.statusCode = 200;
  response.setHeader('Content-Type', 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf');
  const info = Buffer.concat([field(1, Buffer.from(INFO.title)), field(2, Buffer.from(INFO.version))]);
  response.end(Buffer.concat([field(1, Buffer.from('2.0')), field(2, info), field(8, Buffer.alloc(0))]));
  return true;
}

/** A length-delimited protobuf field, shorter than 128 bytes. */
function field(number: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, content.length]), content]);
}

function rootOf(group: string, version: string): string {
  return group ? `apis/${group}/${version}` : `api/${version}`;
}

function groupVersions(world: ServedWorld): readonly string[] {
  const roots = world.registry
    .all()
    .flatMap(({ group, versions }) => versions.map(version => rootOf(group, version)));
  return [...new Set(roots)];
}

function document(world: ServedWorld, root: string): Json {
  const kinds = world.registry
    .all()
    .flatMap(resource => resource.versions.map(version => ({ resource, version })))
    .filter(({ resource, version }) => rootOf(resource.group, version) === root);
  return {
    openapi: '3.0.0',
    info: INFO,
    paths: Object.fromEntries(
      kinds.map(({ resource, version }) => [pathOf(root, resource), operations(resource, version)]),
    ),
    components: {
      schemas: Object.fromEntries(
        kinds.map(({ resource, version }) => [schemaName(resource, version), schema(resource, version)]),
      ),
    },
  };
}

function pathOf(root: string, resource: Resource): string {
  return `/${root}/${resource.namespaced ? 'namespaces/{namespace}/' : ''}${resource.plural}/{name}`;
}

function kindOf({ group, kind }: Resource, version: string): Json {
  return { group, version, kind };
}

function operations(resource: Resource, version: string): Json {
  const parameters = ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map(name => ({
    name,
    in: 'query',
    schema: { type: name === 'force' ? 'boolean' : 'string', uniqueItems: true },
  }));
  return {
    patch: {
      'x-kubernetes-action': 'patch',
      'x-kubernetes-group-version-kind': kindOf(resource, version),
      parameters,
      responses: { 200: { description: 'OK' } },
    },
  };
}

function schemaName({ group, kind }: Resource, version: string): string {
  const reversed = group ? group.split('.').toReversed().join('.') : 'io.k8s.api.core';
  return `${reversed}.${version}.${kind}`;
}

function schema(resource: Resource, version: string): Json {
  return {
    type: 'object',
    'x-kubernetes-preserve-unknown-fields': true,
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
    },
    'x-kubernetes-group-version-kind': [kindOf(resource, version)],
  };
}
