/** Remembers what was derived from an immutable object, so that eight layers share one pass over thousands of pods. */
export function memo<K extends object, V>(derive: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, { readonly value: V }>();
  return key => {
    const hit = known.get(key);
    if (hit !== undefined) return hit.value;
    const value = derive(key);
    known.set(key, { value });
    return value;
  };
}

/**
 * The same for what is derived from several objects, or from parts of one that changes more often than they do: the last
 * answer holds while all parts are the same objects. `derive` must read nothing else that changes.
 */
export function memoOn<K, V>(
  parts: (from: K) => readonly [object, ...object[]],
  derive: (from: K) => V,
): (from: K) => V {
  const known = new WeakMap<object, { readonly parts: readonly object[]; readonly value: V }>();
  return from => {
    const now = parts(from);
    const hit = known.get(now[0]);
    if (hit?.parts.every((part, index) => part === now[index])) return hit.value;
    const value = derive(from);
    known.set(now[0], { parts: now, value });
    return value;
  };
}
