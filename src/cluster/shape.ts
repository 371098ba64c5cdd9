import { field } from '../text/field.ts';
import type { Safe } from '../text/safe.ts';
import { once } from './shared.ts';

/** Turns foreign JSON into a typed value; `undefined` when it is not what it should be. Never throws. */
export type Reader<T> = (raw: unknown) => T | undefined;
export type Read<R> = R extends Reader<infer T> ? T : never;

/** One-line text, sanitised: this is where text of the cluster becomes printable. Most of it is said by many objects, and kept once. */
export const text: Reader<Safe> = raw => (typeof raw === 'string' ? once(field(raw)) : undefined);
export const number: Reader<number> = raw =>
  typeof raw === 'number' && Number.isFinite(raw) ? raw : undefined;
export const flag: Reader<boolean> = raw => (typeof raw === 'boolean' ? raw : undefined);

/** An RFC 3339 time as epoch milliseconds. */
export const time: Reader<number> = raw => {
  const ms = typeof raw === 'string' ? Date.parse(raw) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
};

/** A port or quantity: numbers and strings both become text. */
export const scalar: Reader<Safe> = raw =>
  typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean'
    ? field(String(raw))
    : undefined;

/** Items that cannot be read, or that are not worth keeping, are left out. */
export function list<T>(item: Reader<T>, keep: (value: T) => boolean = () => true): Reader<readonly T[]> {
  return raw => {
    if (!Array.isArray(raw)) return undefined;
    const out: T[] = [];
    for (const entry of raw) {
      const value = item(entry);
      if (value !== undefined && keep(value)) out.push(value);
    }
    // Grown one by one, it would hold room for more.
    return out.slice();
  };
}

/** A map from text to values; its keys are sanitised as well, and it has no prototype. */
export function dictionary<T>(value: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return raw => {
    if (!isObject(raw)) return undefined;
    const out: Record<string, T> = Object.create(null);
    for (const key of Object.keys(raw)) {
      const read = value(raw[key]);
      if (read !== undefined) out[field(key)] = read;
    }
    return out;
  };
}

/** An object of which only the named fields are kept; each is absent when missing or of the wrong type. */
export function shape<S extends Readonly<Record<string, Reader<unknown>>>>(
  fields: S,
): Reader<{ readonly [K in keyof S]?: Read<S[K]> }> {
  const entries = Object.entries(fields);
  return raw => {
    if (!isObject(raw)) return undefined;
    const out: Record<string, unknown> = {};
    let isEmpty = true;
    for (const [key, read] of entries) {
      const value = Object.hasOwn(raw, key) ? read(raw[key]) : undefined;
      if (value !== undefined) {
        out[key] = value;
        isEmpty = false;
      }
    }
    return (isEmpty ? EMPTY : out) as { readonly [K in keyof S]?: Read<S[K]> };
  };
}

const EMPTY = Object.freeze({});

function isObject(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}
