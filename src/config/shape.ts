import { isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { nearest } from '../text/nearest.ts';
import type { Ear } from './problems.ts';

/**
 * What a part of the file must look like: reads it, and describes itself as JSON Schema. What is wrong is told to the ear
 * and comes back as undefined; the parts beside it are read all the same.
 */
export interface Shape<T> {
  readonly read: (node: Node | null, path: string, ear: Ear) => T | undefined;
  readonly schema: Readonly<Record<string, unknown>>;
  /** A field whose loss would open something: it counts as this when it is wrong, or misspelt. */
  readonly whenWrong?: T;
}
type Value<S> = S extends Shape<infer T> ? T : never;
export type Fields = Readonly<Record<string, readonly [Shape<unknown>, help: string]>>;
export type Read<F extends Fields> = { readonly [K in keyof F]?: Value<F[K][0]> };

const ENTRIES = 200;

/** A map with these fields and no others. A value left empty counts as not given. */
export function fields<F extends Fields>(
  known: F,
  required: readonly (keyof F & string)[] = [],
): Shape<Read<F>> {
  const names = Object.keys(known);
  return {
    read: (node, path, ear) => {
      if (!isMap(node)) return wrong(node, path, ear, `must be a map of fields: ${names.join(', ')}`);
      const out: Record<string, unknown> = {};
      for (const pair of node.items) readField(pair, path, ear, known, out);
      const missing = required.filter(name => !(name in out) && !node.has(name));
      if (missing.length > 0) ear.tell(node, path, `lacks ${missing.map(one => `'${one}'`).join(' and ')}`);
      return required.every(name => name in out) ? (out as Read<F>) : undefined;
    },
    schema: {
      type: 'object',
      additionalProperties: false,
      ...(required.length === 0 ? {} : { required }),
      properties: Object.fromEntries(
        Object.entries(known).map(([name, [shape, description]]) => [name, { description, ...shape.schema }]),
      ),
    },
  };
}

function readField(pair: Pair, path: string, ear: Ear, known: Fields, out: Record<string, unknown>): void {
  const name = keyOf(pair);
  const node = pair.value as Node | null;
  const here = under(path, name);
  if (!Object.hasOwn(known, name)) {
    const near = nearest(name, Object.keys(known));
    const hint =
      near === undefined ? `; it is one of ${Object.keys(known).join(', ')}` : `; did you mean '${near}'?`;
    ear.tell(pair.key as Node, here, `is no field${hint}`);
    const meant = near === undefined ? undefined : known[near]?.[0].whenWrong;
    if (near !== undefined && meant !== undefined) out[near] ??= meant;
    return;
  }
  if (isEmpty(node)) return;
  const [shape] = known[name] as Fields[string];
  const value = shape.read(node, here, ear) ?? shape.whenWrong;
  if (value !== undefined) out[name] = value;
}

/** A map whose keys are the user's own; `key` says what is wrong with one, or null. */
export function dictionary<T>(
  value: Shape<T>,
  key: (name: string) => string | null,
  propertyNames: Readonly<Record<string, unknown>> = {},
): Shape<Readonly<Record<string, T>>> {
  return {
    read: (node, path, ear) => {
      if (!isMap(node)) return wrong(node, path, ear, 'must be a map, one `name: value` a line');
      const out: Record<string, T> = Object.create(null);
      for (const pair of bounded(node, path, ear)) {
        const name = keyOf(pair);
        const complaint = key(name);
        if (complaint !== null) ear.tell(pair.key as Node, under(path, name), complaint);
        else if (!isEmpty(pair.value as Node)) {
          const read = value.read(pair.value as Node, under(path, name), ear);
          if (read !== undefined) out[name] = read;
        }
      }
      return out;
    },
    schema: { type: 'object', propertyNames, additionalProperties: value.schema },
  };
}

/** A list; entries that are wrong are left out. With `orOne`, a single value stands for a list of it. */
export function list<T>(entry: Shape<T>, orOne?: 'orOne'): Shape<readonly T[]> {
  const many = { type: 'array', items: entry.schema };
  return {
    read: (node, path, ear) => {
      if (!isSeq(node)) {
        if (orOne === undefined)
          return wrong(node, path, ear, 'must be a list: [a, b], or one `- entry` a line');
        const one = entry.read(node, path, ear);
        return one === undefined ? undefined : [one];
      }
      if (node.items.length > ENTRIES)
        ear.tell(node, path, `has more than ${ENTRIES} entries; the rest is left out`);
      return node.items.slice(0, ENTRIES).flatMap((item, i) => {
        const read = entry.read(item as Node, `${path}[${i}]`, ear);
        return read === undefined ? [] : [read];
      });
    },
    schema: orOne === undefined ? many : { anyOf: [entry.schema, many] },
  };
}

/** One value on one line; `read` gives undefined for what it cannot be. `must` completes "must be". */
export function scalar<T>(
  must: string,
  schema: Shape<T>['schema'],
  read: (raw: unknown) => T | undefined,
  more: {
    readonly whenWrong?: T;
    readonly cure?: (raw: unknown) => string | undefined;
    readonly isSecret?: true;
  } = {},
): Shape<T> {
  return {
    schema,
    ...(more.whenWrong === undefined ? {} : { whenWrong: more.whenWrong }),
    read: (node, path, ear) => {
      const value = isScalar(node) ? read(node.value) : undefined;
      if (value !== undefined) return value;
      const cure = isScalar(node) ? more.cure?.(node.value) : undefined;
      const said = isScalar(node) && more.isSecret !== true ? `cannot be ${quoted(node.value)}; it ` : '';
      return wrong(node, path, ear, `${said}must be ${must}${cure ?? ''}`);
    },
  };
}

function wrong(node: Node | null, path: string, ear: Ear, what: string): undefined {
  ear.tell(node, path, what);
}

function quoted(raw: unknown): string {
  const text = String(raw);
  return `'${text.length > 40 ? `${text.slice(0, 37)}...` : text}'`;
}

function bounded(map: YAMLMap, path: string, ear: Ear): readonly Pair[] {
  if (map.items.length > ENTRIES)
    ear.tell(map, path, `has more than ${ENTRIES} entries; the rest is left out`);
  return map.items.slice(0, ENTRIES);
}

function isEmpty(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.value === null);
}

function keyOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : '?';
}

function under(path: string, name: string): string {
  const shown = /^[\w-]+$/.test(name) ? name : `'${name.slice(0, 80)}'`;
  return path === '' ? shown : `${path}.${shown}`;
}
