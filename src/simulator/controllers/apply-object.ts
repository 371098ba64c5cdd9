import { resourceOf } from '../seed/builders.ts';
import { ApiFailure, type Json, type Stored, type World } from '../world.ts';

/**
 * Creates the object, or lays its fields over the stored one: fields it does not name stay as they are.
 * Throws the ApiFailure of the server (admission, immutable fields, unknown kind).
 */
export function applyObject(world: World, desired: Json): Stored {
  const resource = resourceOf(desired);
  const { namespace, name } = desired.metadata;
  const stored = world.update(resource, namespace, name, draft => {
    const { status: _status, metadata, ...rest } = desired;
    for (const [field, value] of Object.entries(rest)) draft[field] = merge(draft[field], value);
    for (const field of ['labels', 'annotations'] as const) {
      if (metadata[field]) draft.metadata[field] = merge(draft.metadata[field], metadata[field]);
    }
  });
  return stored ?? world.create(resource, structuredClone(desired));
}

/** Whether the server does not know the kind of an object that was refused. */
export function isUnknownKind(failure: unknown): boolean {
  return failure instanceof ApiFailure && failure.code === 404 && failure.message.startsWith('resources "');
}

function merge(live: Json, wanted: Json): Json {
  if (Array.isArray(wanted)) return mergeList(Array.isArray(live) ? live : [], wanted);
  if (wanted === null || typeof wanted !== 'object' || live === null || typeof live !== 'object')
    return wanted;
  const result = { ...live };
  for (const [key, value] of Object.entries(wanted)) result[key] = merge(live[key], value);
  return result;
}

/** Entries are matched by name, else by place, so that what the server filled in stays. */
function mergeList(live: Json[], wanted: Json[]): Json[] {
  return wanted.map((entry, index) => {
    if (entry === null || typeof entry !== 'object') return entry;
    const known = entry.name === undefined ? live[index] : live.find(one => one?.name === entry.name);
    return known === undefined ? entry : merge(known, entry);
  });
}
