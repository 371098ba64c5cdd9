import { parse as parseYaml } from 'yaml';
import { ApiFailure, type Json, type Stored } from '../world.ts';
import { apiVersionOf, inward, outward } from './convert.ts';
import { bodyType, isDryRun, parseJson, type ResourceExchange, readBody, writerOf } from './exchange.ts';
import { badRequest, invalid, notFound, unsupportedType } from './failures.ts';
import { copy } from './json.ts';
import { sendObject } from './lists.ts';
import { applyConfig } from './managed-fields.ts';
import { jsonPatch, mergePatch } from './merge-patch.ts';
import { strategicPatch } from './strategic-patch.ts';
import { checkAddress } from './validation.ts';
import { newObject, storeChange } from './writes.ts';

const JSON_PATCH = 'application/json-patch+json';
const MERGE_PATCH = 'application/merge-patch+json';
const STRATEGIC_PATCH = 'application/strategic-merge-patch+json';
const APPLY_PATCH = 'application/apply-patch+yaml';

/** Makes one of the kinds of patch into a function of the current object. Throws 415 for an unknown kind. */
export function patchOf(type: string, text: string, custom: boolean): (current: Json) => Json {
  const accepted = [JSON_PATCH, MERGE_PATCH, ...(custom ? [] : [STRATEGIC_PATCH]), APPLY_PATCH];
  if (!accepted.includes(type)) throw unsupportedType(accepted);
  const patch = parseJson(text);
  if (type === JSON_PATCH) return current => jsonPatch(current, patch);
  if (type === MERGE_PATCH) return current => mergePatch(current, patch);
  return current => strategicPatch(current, patch);
}

/** PATCH of an object or of one part of it. */
export async function patch(exchange: ResourceExchange): Promise<void> {
  const type = bodyType(exchange);
  const text = await readBody(exchange);
  if (type === APPLY_PATCH) return apply(exchange, text);
  const { resource, info } = exchange;
  const change = patchOf(type, text, resource.columns !== undefined);
  const next = (current: Stored): Json => {
    const seen = outward(resource, info.version, current);
    const result = change(copy(seen));
    if (typeof result !== 'object' || result === null) throw badRequest('the patch does not give an object');
    checkAddress(result, info.name, info.namespace);
    return { ...inward(resource, result), apiVersion: current.apiVersion };
  };
  sendObject(exchange, 200, storeChange(exchange, next));
}

/** Server-side apply: creates what is not there, else merges by field ownership. */
function apply(exchange: ResourceExchange, text: string): void {
  const { query, world, stored, info } = exchange;
  const config = ownPart(exchange, readConfig(exchange, text));
  const writer = writerOf(exchange, info.subresource);
  const force = query.get('force') === 'true';
  const current = world.get(stored.key, info.namespace, info.name ?? '');
  if (current) {
    const next = (live: Stored): Json => {
      const result = applyConfig(live, config, writer, force);
      return { ...result, apiVersion: live.apiVersion };
    };
    sendObject(exchange, 200, storeChange(exchange, next, true));
    return;
  }
  if (info.subresource) throw notFound(exchange.resource, info.name ?? '');
  const object = newObject(exchange, applyConfig(undefined, config, writer, force));
  object.metadata.name = info.name;
  sendObject(exchange, 201, world.create(stored.key, object, { dryRun: isDryRun(exchange) }));
}

/** Of an applied config counts what the address stands for: the status, or all but the status. */
function ownPart({ stored, info }: ResourceExchange, config: Json): Json {
  if (!stored.subresources.includes('status')) return config;
  const { status, ...rest } = config;
  if (info.subresource !== 'status') return rest;
  const { apiVersion, kind, metadata } = config;
  return { apiVersion, kind, metadata: { name: metadata?.name }, status };
}

function readConfig({ resource, info, query }: ResourceExchange, text: string): Json {
  if (!query.get('fieldManager')) {
    const message = 'Required value: is required for apply patch';
    throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [
      { field: 'fieldManager', reason: 'FieldValueRequired', message },
    ]);
  }
  let config: Json;
  try {
    config = parseYaml(text);
  } catch (error) {
    throw badRequest(`error decoding YAML: ${error instanceof Error ? error.message : 'unreadable'}`);
  }
  if (!config?.apiVersion || !config.kind) {
    throw new ApiFailure(400, 'BadRequest', 'apiVersion and kind must be set in an apply patch');
  }
  if (config.apiVersion !== apiVersionOf(resource, info.version) || config.kind !== resource.kind) {
    throw badRequest(
      `cannot apply ${config.apiVersion} ${config.kind} to ${apiVersionOf(resource, info.version)} ${resource.kind}`,
    );
  }
  if (config.metadata?.managedFields?.length) throw badRequest('metadata.managedFields must be nil');
  checkAddress(config, info.name, info.namespace);
  return inward(resource, config);
}
