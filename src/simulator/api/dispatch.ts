import { ApiFailure } from '../world.ts';
import { type Attributes, refusal } from './access.ts';
import { discover, extensionOf } from './discovery.ts';
import { type Exchange, type ResourceExchange, sendJson, sendText } from './exchange.ts';
import { forbidden, methodNotAllowed, noSuchResource } from './failures.ts';
import { health } from './health.ts';
import { list, named, sendObject } from './lists.ts';
import { describeApi } from './openapi.ts';
import { patch } from './patches.ts';
import { podExec } from './pod-exec.ts';
import { podLog } from './pod-logs.ts';
import { remove, removeMany } from './removals.ts';
import { requestInfo, verbOf } from './request-info.ts';
import { review } from './reviews.ts';
import { scale } from './scale.ts';
import { selectedName } from './selectors.ts';
import { evict, proxy } from './special.ts';
import { watch } from './watches.ts';
import { create, PARTS, replace } from './writes.ts';

const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Authorises a request and hands it to what answers it. Throws ApiFailure. */
export async function dispatch(exchange: Exchange): Promise<void> {
  const { world, path, query, request } = exchange;
  const info = requestInfo(path);
  if (!info) return answerPath(exchange);
  const watches = query.get('watch') === 'true' || query.get('watch') === '1';
  const verb = verbOf(request.method ?? 'GET', info, watches);
  const extension = extensionOf(world, path);
  const resource = world.registry.find(info.group, info.version, info.plural);
  const attributes: Attributes = {
    verb,
    group: info.group,
    resource: info.plural,
    subresource: info.subresource,
    namespace: info.namespace ?? '',
    name: info.name ?? selectedName(query.get('fieldSelector')) ?? '',
    path,
  };
  authorise(exchange, attributes);
  if (extension && !resource) throw unavailable();
  if (!resource) {
    const known = world.registry.all().some(r => r.group === info.group && r.versions.includes(info.version));
    if (known) throw noSuchResource();
    return pageNotFound(exchange);
  }
  const stored = (resource.alias && world.registry.byKey(resource.alias)) || resource;
  await answer({ ...exchange, info, verb, attributes, resource, stored });
}

function authorise({ caller }: Exchange, attributes: Attributes): void {
  if (caller.allow(attributes)) return;
  const why = refusal(caller, attributes);
  if (!attributes.resource) throw new ApiFailure(403, 'Forbidden', `forbidden: ${why}`, {});
  const { group, resource, name } = attributes;
  throw forbidden({ group, plural: resource }, name, why);
}

function unavailable(): ApiFailure {
  const message = 'the server is currently unable to handle the request';
  return new ApiFailure(503, 'ServiceUnavailable', message, { retryAfterSeconds: 1 });
}

function answerPath(exchange: Exchange): void {
  const { path, request, world } = exchange;
  const verb = (request.method ?? 'GET').toLowerCase();
  authorise(exchange, {
    verb,
    group: '',
    resource: '',
    subresource: '',
    namespace: '',
    name: '',
    path,
  });
  if (extensionOf(world, path)) throw unavailable();
  if (path === '/version') sendJson(exchange, 200, VERSION);
  else if (!health(exchange) && !discover(exchange) && !describeApi(exchange)) pageNotFound(exchange);
}

function pageNotFound(exchange: Exchange): void {
  sendText(exchange, 404, '404 page not found\n', 'text/plain; charset=utf-8');
}

const VERSION = {
  major: '1',
  minor: '33',
  emulationMajor: '1',
  emulationMinor: '33',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '32',
  gitVersion: 'v1.33.1',
  gitCommit: '8adc0f041b8e7ad1d30e29cc59c6ae7a15e19828',
  gitTreeState: 'clean',
  buildDate: '2025-05-15T08:19:08Z',
  goVersion: 'go1.24.2',
  compiler: 'gc',
  platform: 'linux/amd64',
};

async function answer(exchange: ResourceExchange): Promise<void> {
  const { resource, info, verb, behaviour, request } = exchange;
  if (resource.group === 'authorization.k8s.io') return review(exchange);
  if (info.namespace !== undefined && !resource.namespaced) throw noSuchResource();
  if (info.subresource && !resource.subresources.includes(info.subresource)) throw noSuchResource();
  if (
    behaviour.writesFail &&
    WRITES.has(request.method ?? '') &&
    !['proxy', 'exec'].includes(info.subresource)
  ) {
    throw new ApiFailure(500, 'InternalError', 'etcdserver: request timed out', undefined);
  }
  switch (info.subresource) {
    case 'log':
      return podLog(exchange);
    case 'exec':
      return podExec(exchange);
    case 'scale':
      return scale(exchange);
    case 'eviction':
      return evict(exchange);
    case 'proxy':
      return proxy(exchange);
    default:
      return answerObject(exchange, verb);
  }
}

async function answerObject(exchange: ResourceExchange, verb: string): Promise<void> {
  const part = exchange.info.subresource;
  if (part && (!PARTS.has(part) || !['get', 'update', 'patch'].includes(verb))) throw methodNotAllowed();
  if (
    exchange.resource.namespaced &&
    exchange.info.namespace === undefined &&
    verb !== 'list' &&
    verb !== 'watch'
  ) {
    throw methodNotAllowed();
  }
  switch (verb) {
    case 'get':
      return sendObject(exchange, 200, named(exchange));
    case 'list':
      return list(exchange);
    case 'watch':
      return watch(exchange);
    case 'create':
      return create(exchange);
    case 'update':
      if (!exchange.info.name) throw methodNotAllowed();
      return replace(exchange);
    case 'patch':
      if (!exchange.info.name) throw methodNotAllowed();
      return patch(exchange);
    case 'delete':
      return remove(exchange);
    default:
      return removeMany(exchange);
  }
}
