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
