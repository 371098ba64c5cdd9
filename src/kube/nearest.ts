/** The names most like the wanted one, best first: for "did you mean". At most `limit`; all of them when few. */
export function nearest(wanted: string, names: readonly string[], limit = 5): readonly string[] {
  if (names.length <= limit) return names;
  const needle = wanted.toLowerCase();
  return names
    .map(name => ({ name, distance: distance(needle, name.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, limit)
    .map(({ name }) => name);
}

/** Edit distance; a name that contains the wanted one counts as near. */
function distance(a: string, b: string): number {
  if (a !== '' && b.includes(a)) return 0.5;
  const left = a.slice(0, 128);
  const right = b.slice(0, 128);
  let row = Array.from({ length: right.length + 1 }, (_, i) => i);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const change = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
