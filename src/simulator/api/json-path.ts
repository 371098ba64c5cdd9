import type { Json } from '../world.ts';

const STEP =
  /\.((?:\\\.|[A-Za-z0-9_/-])+)|\['([^']+)'\]|\[(\d+|\*)\]|\[\?\(@\.([A-Za-z0-9_.]+)\s*==\s*["']([^"']*)["']\)\]/g;

/**
 * Reads a path as custom kinds write them in their printer columns: `.spec.url`, `.status.list[0]`,
 * `.status.conditions[?(@.type=="Ready")].status`, `.metadata.labels.a\.b/c`. Undefined: nothing there.
 */
export function jsonPathText(object: Json, path: string): Json {
  let values: Json[] = [object];
  for (const match of path.matchAll(STEP)) {
    const [, dotted, quoted, index, field, wanted] = match;
    values = values.flatMap(value => {
      const name = (dotted ?? quoted)?.replaceAll('\\.', '.');
      if (name !== undefined) return defined(value?.[name]);
      if (!Array.isArray(value)) return [];
      if (index === '*') return value;
      if (index !== undefined) return defined(value[Number(index)]);
      return value.filter(entry => String(entry?.[field ?? '']) === wanted);
    });
  }
  const [first] = values;
  if (first === undefined || first === null) return undefined;
  if (values.length > 1) return values.map(String).join(' ');
  return typeof first === 'object' ? JSON.stringify(first) : first;
}

function defined(value: Json): Json[] {
  return value === undefined ? [] : [value];
}
