import type { Json } from '../world.ts';
import { isDryRun, type ResourceExchange, readObject, sendJson } from './exchange.ts';
import { conflict, forbidden } from './failures.ts';
import { matchOf, named, sendObject } from './lists.ts';

const IMMORTAL = new Set(['default', 'kube-system', 'kube-public']);

/** DELETE of one object: 200 with a Status when it is gone, with the object when something still holds it. */
export async function remove(exchange: ResourceExchange): Promise<void> {
  const { world, stored, resource, info } = exchange;
  const options = await readOptions(exchange);
  const object = named(exchange);
  const { uid, resourceVersion, name } = object.metadata;
  const wanted = options.preconditions ?? {};
  if (wanted.uid && wanted.uid !== uid) {
    throw conflict(
      resource,
      name,
      `Precondition failed: UID in precondition: ${wanted.uid}, UID in object meta: ${uid}`,
    );
  }
  if (wanted.resourceVersion && wanted.resourceVersion !== resourceVersion) {
    const why = `Precondition failed: ResourceVersion in precondition: ${wanted.resourceVersion}, ResourceVersion in object meta: ${resourceVersion}`;
    throw conflict(resource, name, why);
  }
  if (stored.key === '/namespaces' && IMMORTAL.has(name)) {
    throw forbidden(resource, name, 'this namespace may not be deleted');
  }
  if (!isDryRun(exchange)) world.remove(stored.key, info.namespace, name, removalOf(options));
  const left = world.get(stored.key, info.namespace, name);
  if (left && !isDryRun(exchange)) return sendObject(exchange, 200, left);
  sendJson(exchange, 200, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...(resource.group ? { group: resource.group } : {}), kind: resource.plural, uid },
  });
}

/** DELETE of a collection, as far as the selectors match. */
export async function removeMany(exchange: ResourceExchange): Promise<void> {
  const { world, stored, info } = exchange;
  const options = await readOptions(exchange);
  const match = matchOf(exchange);
  const objects = world.list(stored.key, info.namespace).filter(match);
  for (const { metadata } of isDryRun(exchange) ? [] : objects) {
    world.remove(stored.key, metadata.namespace, metadata.name, removalOf(options));
  }
  sendJson(exchange, 200, {
    kind: exchange.resource.listKind,
    apiVersion: exchange.resource.group ? `${exchange.resource.group}/${info.version}` : info.version,
    metadata: { resourceVersion: String(world.version()) },
    items: objects,
  });
}

async function readOptions(exchange: ResourceExchange): Promise<Json> {
  const { query } = exchange;
  const body = await readObject(exchange);
  const grace = query.get('gracePeriodSeconds');
  return {
    ...body,
    ...(grace === null ? {} : { gracePeriodSeconds: Number(grace) }),
    ...(query.has('propagationPolicy') ? { propagationPolicy: query.get('propagationPolicy') } : {}),
  };
}

function removalOf(options: Json): { grace?: number; orphan?: boolean; foreground?: boolean } {
  return {
    ...(options.gracePeriodSeconds === undefined ? {} : { grace: options.gracePeriodSeconds }),
    orphan: options.propagationPolicy === 'Orphan' || options.orphanDependents === true,
    foreground: options.propagationPolicy === 'Foreground',
  };
}
