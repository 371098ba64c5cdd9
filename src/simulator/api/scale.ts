import type { Json, Stored } from '../world.ts';
import { selectorText } from './columns.ts';
import { bodyType, parseJson, type ResourceExchange, readBody, sendJson } from './exchange.ts';
import { conflict, invalid, methodNotAllowed } from './failures.ts';
import { copy } from './json.ts';
import { jsonPathText } from './json-path.ts';
import { named } from './lists.ts';
import { patchOf } from './patches.ts';
import { storeChange } from './writes.ts';

/** The scale subresource: replicas of any kind that has them, through one small object. */
export async function scale(exchange: ResourceExchange): Promise<void> {
  const { request, resource, info } = exchange;
  const method = request.method ?? 'GET';
  if (method === 'GET') return sendJson(exchange, 200, scaleOf(exchange, named(exchange)));
  if (method !== 'PUT' && method !== 'PATCH') throw methodNotAllowed();
  const text = await readBody(exchange);
  const object = named(exchange);
  const change = method === 'PUT' ? () => parseJson(text) : patchOf(bodyType(exchange), text, false);
  const wanted = change(copy(scaleOf(exchange, object)));
  const replicas = wanted.spec?.replicas ?? 0;
  if (!Number.isInteger(replicas) || replicas < 0) {
    const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
    throw invalid({ group: 'autoscaling', kind: 'Scale' }, info.name ?? '', [
      { field: 'spec.replicas', reason: 'FieldValueInvalid', message },
    ]);
  }
  const version = wanted.metadata?.resourceVersion;
  if (version && version !== object.metadata.resourceVersion) throw conflict(resource, info.name ?? '');
  const result = storeChange(exchange, current => withReplicas(exchange, current, replicas));
  sendJson(exchange, 200, scaleOf(exchange, result));
}

function withReplicas({ stored }: ResourceExchange, current: Stored, replicas: number): Json {
  const next: Json = copy(current);
  const path = (stored.scale?.spec ?? '.spec.replicas').split('.').slice(1);
  let target = next;
  for (const step of path.slice(0, -1)) {
    target[step] ??= {};
    target = target[step];
  }
  target[path.at(-1) ?? 'replicas'] = replicas;
  return next;
}

function scaleOf({ stored }: ResourceExchange, object: Stored): Json {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const { spec = '.spec.replicas', status = '.status.replicas', selector } = stored.scale ?? {};
  const selected = selector ? jsonPathText(object, selector) : selectorText(object.spec?.selector);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: jsonPathText(object, spec) ?? 0 },
    status: {
      replicas: jsonPathText(object, status) ?? 0,
      ...(selected === undefined || selected === '<none>' ? {} : { selector: selected }),
    },
  };
}
