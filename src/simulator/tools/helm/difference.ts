import type { Json } from '../../world.ts';

/**
 * What has to be sent so that a live object has everything that is wanted: a patch with only the fields that differ, or
 * undefined when there is nothing to change. Fields that are not wanted stay as they are; a list that differs is sent whole.
 */
export function difference(live: Json, wanted: Json): Json {
  if (!isMap(wanted)) return contains(live, wanted) ? undefined : wanted;
  if (!isMap(live)) return wanted;
  const changes: Json = {};
  for (const [key, value] of Object.entries(wanted)) {
    const change = value === null && live[key] === undefined ? undefined : difference(live[key], value);
    if (change !== undefined) changes[key] = change;
  }
  return Object.keys(changes).length > 0 ? changes : undefined;
}

/** Whether a live value has all of the wanted one; what the server filled in besides does not matter. */
function contains(live: Json, wanted: Json): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(live) &&
      live.length === wanted.length &&
      wanted.every((one, at) => contains(live[at], one))
    );
  }
  if (!isMap(wanted)) return live === wanted;
  return isMap(live) && Object.entries(wanted).every(([key, value]) => contains(live[key], value));
}

function isMap(value: Json): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
