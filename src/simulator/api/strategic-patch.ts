import type { Json } from '../world.ts';
import { copy, isMap, same } from './json.ts';
import { isSet, strategicKeys } from './list-keys.ts';

/** Strategic merge patch: like a merge patch, but lists with a known key are merged entry by entry. */
export function strategicPatch(target: Json, patch: Json, parent = ''): Json {
  if (!isMap(patch)) return copy(patch);
  if (patch.$patch === 'replace') return withoutDirectives(patch);
  const result = isMap(target) ? { ...target } : {};
  for (const key of patch.$retainKeys ? Object.keys(result) : []) {
    if (!patch.$retainKeys.includes(key)) delete result[key];
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$deleteFromPrimitiveList/')) {
      const field = key.slice('$deleteFromPrimitiveList/'.length);
      const gone: Json[] = Array.isArray(value) ? value : [];
      result[field] = (result[field] ?? []).filter((entry: Json) => !gone.includes(entry));
    } else if (key.startsWith('$')) {
    } else if (value === null) delete result[key];
    else if (Array.isArray(value)) result[key] = mergeList(result[key], value, key, parent);
    else result[key] = strategicPatch(result[key], value, key);
  }
  for (const [key, value] of Object.entries<Json>(patch)) {
    if (!key.startsWith('$setElementOrder/')) continue;
    const field = key.slice('$setElementOrder/'.length);
    if (Array.isArray(result[field])) result[field] = ordered(result[field], value, field, parent);
  }
  return result;
}

function withoutDirectives(patch: Json): Json {
  return Object.fromEntries(Object.entries(copy(patch)).filter(([key]) => !key.startsWith('$')));
}

function mergeList(target: Json, patch: readonly Json[], field: string, parent: string): Json[] {
  const before: Json[] = Array.isArray(target) ? target : [];
  if (isSet(field)) return [...new Set([...before, ...patch])];
  const keys = strategicKeys(field, parent);
  if (!keys || patch.some(entry => entry?.$patch === 'replace')) {
    return copy(patch.filter(entry => entry?.$patch !== 'replace'));
  }
  const result = [...before];
  for (const entry of patch) {
    const index = result.findIndex(other => keys.every(key => same(other[key], entry[key])));
    if (entry.$patch === 'delete') {
      if (index >= 0) result.splice(index, 1);
    } else if (index >= 0) result[index] = strategicPatch(result[index], entry, field);
    else result.push(strategicPatch({}, entry, field));
  }
  return result;
}

/** Puts the entries the patch names into its order; others keep their place after them. */
function ordered(list: readonly Json[], order: readonly Json[], field: string, parent: string): Json[] {
  const keys = strategicKeys(field, parent);
  const rank = (entry: Json): number => {
    const index = order.findIndex(other =>
      keys ? keys.every(key => same(other[key], entry[key])) : same(other, entry),
    );
    return index < 0 ? order.length : index;
  };
  return list.toSorted((a, b) => rank(a) - rank(b));
}
