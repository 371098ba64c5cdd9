import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../world.ts';

/** Copies JSON; like a wire would, it drops fields that are undefined. */
export function copy<T>(value: T): T {
  return value === undefined ? value : JSON.parse(JSON.stringify(value));
}

/** Freezes through and through, so that no reader can change what is stored. */
export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}

export const same: (a: Json, b: Json) => boolean = isDeepStrictEqual;

export function isMap(value: Json): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 3339 as the API writes times: whole seconds. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

const texts = new WeakMap<object, string>();

/** JSON text of a stored object, made once: a change goes out to many watchers. */
export function textOf(object: object): string {
  const known = texts.get(object);
  if (known !== undefined) return known;
  const text = JSON.stringify(object);
  texts.set(object, text);
  return text;
}
