import type { Reader } from './shape.ts';

/**
 * Thousands of pods come from one template and say the same. What was said lately is kept once and handed out again, so
 * that a large cluster fits into little memory. Both memories are small and fixed: nothing grows with time.
 */
const SLOTS = 8_192;
const LONGEST = 64;
const texts: (string | undefined)[] = new Array(SLOTS).fill(undefined);

/** The same text, as the one value that was handed out before where it is still known. */
export function once<T extends string>(text: T): T {
  const { length } = text;
  if (length === 0 || length > LONGEST) return text;
  const middle = text.charCodeAt(length >> 1) * 31 + text.charCodeAt(length >> 2);
  const slot =
    (length * 7919 + text.charCodeAt(0) * 613 + middle * 127 + text.charCodeAt(length - 1) * 17) % SLOTS;
  if (texts[slot] !== text) texts[slot] = text;
  // The text in this slot is equal to ours.
  return texts[slot] as T;
}

const RECENT = 8;

/** A reader whose values are immutable and often equal: an equal recent one is handed out instead of a new one. */
export function shared<T>(read: Reader<T>): Reader<T> {
  const recent: T[] = [];
  let next = 0;
  return raw => {
    const value = read(raw);
    if (value === undefined) return undefined;
    for (const known of recent) if (isSame(known, value)) return known;
    recent[next] = value;
    next = (next + 1) % RECENT;
    return value;
  };
}

/** Equality of plain data. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((one, i) => isSame(one, b[i]));
  }
  const left = a as Readonly<Record<string, unknown>>;
  const right = b as Readonly<Record<string, unknown>>;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every(key => isSame(left[key], right[key]));
}
