/** The known word that is at most a third of its length away, for "did you mean". */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const scored = known
    .map(candidate => ({ candidate, away: distance(word.slice(0, 128), candidate) }))
    .sort((a, b) => a.away - b.away);
  const best = scored[0];
  return best !== undefined && best.away <= Math.max(1, Math.ceil(best.candidate.length / 3))
    ? best.candidate
    : undefined;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, swap));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
