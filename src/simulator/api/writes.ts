import { ApiFailure, type Json, type Stored } from '../world.ts';
import { inward } from './convert.ts';
import { checkEphemeral } from './ephemeral.ts';
import { isDryRun, type ResourceExchange, readObject, writerOf } from './exchange.ts';
import { conflict, invalid, methodNotAllowed, notFound } from './failures.ts';
import { copy, same } from './json.ts';
import { named, sendObject } from './lists.ts';
import { trackUpdate } from './managed-fields.ts';
import { checkAddress } from './validation.ts';

/** Subresources that write one part of an object: which fields of the body count. */
export const PARTS = new Set(['status', 'finalize', 'ephemeralcontainers']);

/** Built-in kinds that are only replaced by who has read them. Custom kinds all are like that. */
const CONDITIONAL = new Set(['coordination.k8s.io/leases', 'apiregistration.k8s.io/apiservices']);

/** POST to a collection. */
export async function create(exchange: ResourceExchange): Promise<void> {
  const { world, stored, resource, info } = exchange;
  if (info.name) throw methodNotAllowed();
  const body = inward(resource, await readObject(exchange));
  checkType(exchange, body);
  checkAddress(body, undefined, info.namespace);
  const object = newObject(exchange, body);
  trackUpdate(object, undefined, writerOf(exchange));
  sendObject(exchange, 201, world.create(stored.key, object, { dryRun: isDryRun(exchange) }));
}

/** What a client may not decide is taken out of what it wants created. */
export function newObject({ stored, info }: ResourceExchange, body: Json): Json {
  const {
    uid: _u,
    resourceVersion: _r,
    generation: _g,
    creationTimestamp: _c,
    deletionTimestamp: _d,
    ...meta
  } = body.metadata ?? {};
  const object = { ...body, metadata: meta };
  if (info.namespace !== undefined) object.metadata.namespace = info.namespace;
  if (stored.subresources.includes('status')) delete object.status;
  return object;
}

export function checkType({ resource, info }: ResourceExchange, body: Json): void {
  const wanted = resource.group ? `${resource.group}/${info.version}` : info.version;
  const fits =
    (body.kind === undefined || body.kind === resource.kind) && (body.apiVersion ?? wanted) === wanted;
  if (fits) return;
  const message = `${body.kind ?? resource.kind} in version "${body.apiVersion ?? wanted}" cannot be handled as a ${resource.kind}: the API version in the data (${body.apiVersion}) does not match the expected API version (${wanted})`;
  throw new ApiFailure(400, 'BadRequest', message);
}

/** PUT of an object or of one part of it. */
export async function replace(exchange: ResourceExchange): Promise<void> {
  const { resource, info } = exchange;
  const body = inward(resource, await readObject(exchange));
  checkType(exchange, body);
  checkAddress(body, info.name, info.namespace);
  named(exchange);
  if (!body.metadata?.resourceVersion && (resource.columns || CONDITIONAL.has(resource.key))) {
    const message = 'Invalid value: 0x0: must be specified for an update';
    throw invalid(resource, info.name ?? '', [
      { field: 'metadata.resourceVersion', reason: 'FieldValueInvalid', message },
    ]);
  }
  sendObject(
    exchange,
    200,
    storeChange(exchange, () => body),
  );
}

/**
 * Stores what `next` makes of the current object, within the part that the subresource allows, and records who
 * owns what changed, unless `next` does that itself (`ownsFields`).
 * Throws 409 when the result names another resourceVersion than the stored one.
 */
export function storeChange(
  exchange: ResourceExchange,
  next: (current: Stored) => Json,
  ownsFields = false,
): Stored {
  const { world, stored, resource, info } = exchange;
  const name = info.name ?? '';
  const change = (draft: Json): void => {
    const before = copy(draft);
    const after = next(before);
    checkPreconditions(resource, before, after);
    if (resource.key === '/pods') checkEphemeral(info.subresource, before, after);
    const managedFields = ownsFields ? after.metadata.managedFields : before.metadata.managedFields;
    const content = onlyPart(stored.subresources.includes('status'), info.subresource, before, after);
    content.metadata = {
      ...content.metadata,
      resourceVersion: before.metadata.resourceVersion,
      managedFields,
    };
    rewrite(draft, content);
    if (!ownsFields && !same(copy(draft), before))
      trackUpdate(draft, before, writerOf(exchange, info.subresource));
  };
  const options = { dryRun: isDryRun(exchange) };
  const result = world.update(stored.key, info.namespace, name, change, options);
  if (!result) throw notFound(resource, name);
  return result;
}

function checkPreconditions(resource: ResourceExchange['resource'], before: Json, after: Json): void {
  const { name, uid, resourceVersion } = before.metadata;
  const asked = after.metadata ?? {};
  if (asked.uid && asked.uid !== uid) {
    const why = `Precondition failed: UID in precondition: ${asked.uid}, UID in object meta: ${uid}`;
    throw conflict(resource, name, why);
  }
  if (asked.resourceVersion && asked.resourceVersion !== resourceVersion) throw conflict(resource, name);
}

/** Status writes leave the rest alone, other writes leave the status alone. */
function onlyPart(hasStatus: boolean, subresource: string, before: Json, after: Json): Json {
  if (subresource === 'status') return { ...before, status: after.status };
  if (subresource === 'finalize')
    return { ...before, spec: { ...before.spec, finalizers: after.spec?.finalizers } };
  if (subresource === 'ephemeralcontainers')
    return { ...before, spec: { ...before.spec, ephemeralContainers: after.spec?.ephemeralContainers } };
  return hasStatus ? { ...after, status: before.status } : { ...after };
}

function rewrite(draft: Json, content: Json): void {
  for (const key of Object.keys(draft)) if (!(key in content)) delete draft[key];
  Object.assign(draft, content);
}
