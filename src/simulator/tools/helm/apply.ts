import type { Json } from '../../world.ts';
import { type Api, ApiRefusal, MERGE_PATCH, STRATEGIC_PATCH } from '../api.ts';
import { collectionOf, pathOf } from '../paths.ts';
import { ToolFailure } from '../tool.ts';
import type { Waiting } from '../waiting.ts';
import { difference } from './difference.ts';

const DEFINITION = 'CustomResourceDefinition';

/**
 * Refuses, as helm does before it stores anything, when the server does not know a kind of the chart.
 * Kinds that the chart itself defines are let through.
 */
export async function checkKinds(api: Api, objects: readonly Json[]): Promise<void> {
  const own = new Set(objects.filter(one => one.kind === DEFINITION).map(one => one.spec.names.kind));
  const served = new Map<string, readonly string[]>();
  for (const { apiVersion, kind, metadata } of objects) {
    if (!apiVersion.includes('/') || own.has(kind)) continue;
    const kinds = served.get(apiVersion) ?? (await kindsIn(api, apiVersion));
    served.set(apiVersion, kinds);
    if (kinds.includes(kind)) continue;
    throw new ToolFailure(
      `unable to build kubernetes objects from new release manifest: resource mapping not found for name: "${metadata.name}" namespace: "${metadata.namespace ?? ''}" from "": no matches for kind "${kind}" in version "${apiVersion}"\nensure CRDs are installed first`,
    );
  }
}

async function kindsIn(api: Api, apiVersion: string): Promise<readonly string[]> {
  const found = await api.find(`/apis/${apiVersion}`);
  return (found?.resources ?? []).map((one: Json) => one.kind);
}

/** Creates what is missing and patches the rest, definitions first and until the server serves them. */
export async function applyObjects(api: Api, waiting: Waiting, objects: readonly Json[]): Promise<void> {
  await applyDefinitions(api, waiting, objects);
  for (const one of objects) {
    if (one.kind === DEFINITION) continue;
    const live = await api.find(pathOf(one));
    if (live) await change(api, live, one);
    else await create(api, one);
  }
}

/** Creates the definitions of a chart and waits until the server serves them. */
export async function applyDefinitions(api: Api, waiting: Waiting, objects: readonly Json[]): Promise<void> {
  const definitions = objects.filter(one => one.kind === DEFINITION);
  for (const one of definitions) if (!(await api.find(pathOf(one)))) await create(api, one);
  const served = async (): Promise<boolean> => {
    for (const one of definitions) if (!isEstablished(await api.find(pathOf(one)))) return false;
    return true;
  };
  if ((await waiting.until(served, { everyMs: 500, withinMs: 60_000 })) !== 'done') {
    throw new ToolFailure('failed to install CRD: timed out waiting for the condition');
  }
}

function isEstablished(definition: Json): boolean {
  const conditions: Json[] = definition?.status?.conditions ?? [];
  return conditions.some(one => one.type === 'Established' && one.status === 'True');
}

async function create(api: Api, object: Json): Promise<void> {
  try {
    await api.send(collectionOf(object), { method: 'POST', body: object });
  } catch (error) {
    throw worded(error, message => `failed to create resource: ${message}`);
  }
}

/**
 * Lists of a Service are replaced as a whole: a strategic merge goes by the port number alone, and a name server has the
 * same number twice.
 */
async function change(api: Api, live: Json, object: Json): Promise<void> {
  const { apiVersion: _, kind, metadata, status: __, ...content } = withoutLeftovers(object);
  const { labels, annotations } = metadata;
  const body = difference(live, {
    ...content,
    metadata: { labels, ...(annotations ? { annotations } : {}) },
  });
  if (body === undefined) return;
  const strategic = /^(v1|apps\/v1)$/.test(object.apiVersion) && kind !== 'Service';
  try {
    await api.send(pathOf(object), {
      method: 'PATCH',
      type: strategic ? STRATEGIC_PATCH : MERGE_PATCH,
      body,
    });
  } catch (error) {
    throw worded(error, message => `cannot patch "${metadata.name}" with kind ${kind}: ${message}`);
  }
}

/** A pod template keeps no node selector that the chart does not set: an upgrade that was cut off may have put one there. */
function withoutLeftovers(object: Json): Json {
  const pod = object.spec?.template?.spec;
  if (!pod || pod.nodeSelector) return object;
  const template = { ...object.spec.template, spec: { ...pod, nodeSelector: null } };
  return { ...object, spec: { ...object.spec, template } };
}

export function worded(error: unknown, words: (message: string) => string): unknown {
  return error instanceof ApiRefusal && error.code > 0 ? new ToolFailure(words(error.message)) : error;
}
