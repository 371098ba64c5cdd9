import { match } from '../signatures/match.ts';
import { signatures } from '../signatures/table.ts';
import { field } from '../text/field.ts';
import type { Bench, Tried } from './action.ts';

/** Later than that, what failed may well work now. */
const REMEMBERED_MS = 30 * 60_000;

/** What failed lately and did not work since, the newest first. */
export function failedLately(bench: Bench): readonly Tried[] {
  const tried = (bench.tried ?? [])
    .filter(one => bench.now - one.endedAt < REMEMBERED_MS)
    .toSorted((a, b) => b.endedAt - a.endedAt);
  return tried.filter(
    (one, i) => one.state === 'failed' && tried.findIndex(other => isSame(one, other)) === i,
  );
}

/** True when the same thing failed when it was last tried. */
export function hasFailed(bench: Bench, action: string, target: Tried['target']): boolean {
  return failedLately(bench).some(one => isSame(one, { action, target }));
}

/** The id of the known failure text behind a failed run, as `S73`; `forbidden` for a missing permission; null for others. */
export function failureId({ failure }: Tried): string | null {
  if (failure === null) return null;
  const meant = [...signatures.values()].find(one => failure.startsWith(field(one.meaning)));
  if (meant !== undefined) return meant.id;
  if (
    /\bforbidden\b|credentials may not|cannot (?:get|list|create|patch|update|delete) resource/i.test(failure)
  )
    return 'forbidden';
  return match('client', failure)[0]?.id ?? null;
}

/** True when a release failed to be synced, alone or with others, for that reason. */
export function failedBy(bench: Bench, id: string, release: string): boolean {
  return failedLately(bench).some(
    one => failureId(one) === id && (one.target === null || one.target === release),
  );
}

function isSame(a: Pick<Tried, 'action' | 'target'>, b: Pick<Tried, 'action' | 'target'>): boolean {
  return a.action === b.action && a.target === b.target;
}
