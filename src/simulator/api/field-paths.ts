import type { Json } from '../world.ts';
import { isMap, same } from './json.ts';
import { appliedKeys, isSet, keyValue } from './list-keys.ts';

/** A field of an object, step by step: `f:spec`, `k:{"name":"app"}` for a list entry, `v:"x"` for a set member, `.` for an entry itself. */
export type FieldPath = readonly string[];

/** Leaf paths by their text. */
export type FieldPaths = ReadonlyMap<string, FieldPath>;

const UNOWNED = new Set(['apiVersion', 'kind']);
const UNOWNED_META = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'generateName',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
]);

/** Every leaf a client owns when it writes this object. */
export function leafPaths(object: Json): FieldPaths {
  const found = new Map<string, FieldPath>();
  const visit = (value: Json, path: FieldPath, field: string, parent: string): void => {
    const children = childrenOf(value, field, parent);
    if (!children || children.length === 0) {
      found.set(path.join('\n'), path);
      return;
    }
    if (path.at(-1)?.startsWith('k:')) found.set([...path, '.'].join('\n'), [...path, '.']);
    for (const [step, child, name] of children) visit(child, [...path, step], name, field);
  };
  for (const [key, value] of Object.entries<Json>(object)) {
    if (UNOWNED.has(key)) continue;
    if (key !== 'metadata') visit(value, [`f:${key}`], key, '');
    else {
      for (const [name, child] of Object.entries<Json>(value ?? {})) {
        if (!UNOWNED_META.has(name)) visit(child, ['f:metadata', `f:${name}`], name, 'metadata');
      }
    }
  }
  return found;
}

type Child = readonly [step: string, value: Json, field: string];

function childrenOf(value: Json, field: string, parent: string): readonly Child[] | undefined {
  if (isMap(value)) return Object.entries(value).map(([key, child]) => [`f:${key}`, child, key] as const);
  if (!Array.isArray(value)) return undefined;
  if (isSet(field)) return value.map(member => [`v:${JSON.stringify(member)}`, member, ''] as const);
  const keys = appliedKeys(field, parent, value);
  return keys?.map ? value.map(entry => [stepOf(entry, keys), entry, field] as const) : undefined;
}

/** The step that names a list entry by its keys. */
export function stepOf(entry: Json, keys: readonly string[]): string {
  return `k:${JSON.stringify(Object.fromEntries(keys.map(key => [key, keyValue(entry, key)])))}`;
}

/** Value at a path, undefined when there is none. */
export function valueAt(object: Json, path: FieldPath): Json {
  let value = object;
  for (const step of path) {
    if (value === undefined || value === null) return undefined;
    if (step === '.') return true;
    value = child(value, step);
  }
  return value;
}

function child(value: Json, step: string): Json {
  const rest = step.slice(2);
  if (step.startsWith('f:')) return value[rest];
  if (!Array.isArray(value)) return undefined;
  if (step.startsWith('v:')) return value.find(member => same(member, JSON.parse(rest)));
  return value[indexOf(value, JSON.parse(rest))];
}

function indexOf(list: readonly Json[], keys: Json): number {
  return list.findIndex(entry =>
    Object.entries(keys).every(([key, wanted]) => keyValue(entry, key) === wanted),
  );
}

/** Takes a field away, and the maps and lists that it leaves empty. */
export function removeAt(object: Json, path: FieldPath): void {
  const steps = path.at(-1) === '.' ? path.slice(0, -1) : path;
  const parent = valueAt(object, steps.slice(0, -1));
  const last = steps.at(-1) ?? '';
  if (parent === undefined || parent === null) return;
  const rest = last.slice(2);
  if (last.startsWith('f:')) delete parent[rest];
  else if (Array.isArray(parent)) {
    const index = last.startsWith('v:')
      ? parent.indexOf(JSON.parse(rest))
      : indexOf(parent, JSON.parse(rest));
    if (index >= 0) parent.splice(index, 1);
  }
  if (steps.length > 2 && Object.keys(parent).length === 0) removeAt(object, steps.slice(0, -1));
}

/** `fieldsV1` of a set of paths. */
export function toFields(paths: FieldPaths): Json {
  const root: Json = {};
  for (const path of paths.values()) {
    let node = root;
    for (const step of path) {
      node[step] ??= {};
      node = node[step];
    }
  }
  return root;
}

/** Paths of a `fieldsV1`. */
export function fromFields(fields: Json): FieldPaths {
  const found = new Map<string, FieldPath>();
  const visit = (node: Json, path: FieldPath): void => {
    const steps = Object.keys(node ?? {});
    if (steps.length === 0) found.set(path.join('\n'), path);
    for (const step of steps) visit(node[step], [...path, step]);
  };
  for (const step of Object.keys(fields ?? {})) visit(fields[step], [step]);
  return found;
}

/** `.spec.template.spec.containers[name="app"].image`, as conflicts name a field. */
export function wordPath(path: FieldPath): string {
  return path
    .map(step => {
      const rest = step.slice(2);
      if (step === '.') return '';
      if (step.startsWith('f:')) return `.${rest}`;
      if (step.startsWith('v:')) return `[=${rest}]`;
      const keys = Object.entries(JSON.parse(rest)).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
      return `[${keys.join(',')}]`;
    })
    .join('');
}
