import type { ClusterVerdict, Diagnosis } from '../diagnosis/diagnosis.ts';

/** The state that somebody can be told: the verdict, and which cause. */
export interface Told {
  readonly verdict: ClusterVerdict;
  /** Layer, problem and object of the root; null when there is none. */
  readonly cause: string | null;
}

/** What is remembered from one look to the next. */
export interface NotifyMemory {
  /** What they were told last; null when nobody was told anything yet. */
  readonly told: Told | null;
  /** What is different since when (epoch ms), and for how many looks. */
  readonly pending: { readonly state: Told; readonly since: number; readonly looks: number } | null;
  /** Of news that did not reach everybody: whom it reached. */
  readonly reached?: { readonly state: Told; readonly ways: readonly string[] };
}

export const nothingTold: NotifyMemory = { told: null, pending: null };

export interface Decision {
  readonly memory: NotifyMemory;
  /** Whom to tell what: the state before and now; null when nobody is to be told. */
  readonly tell: { readonly before: Told | null; readonly now: Told } | null;
}

const BAD_LOOKS = 3;
const GOOD_LOOKS = 2;

/**
 * Whether a change is worth telling. It must have lasted for `debounceMs`, or for three looks (two when it is for the
 * better); what flaps back in time is never told. The first look at a healthy cluster is no news. `now`: epoch ms.
 */
export function decide(memory: NotifyMemory, seen: Told, now: number, debounceMs: number): Decision {
  const { told } = memory;
  if (isSame(told ?? { verdict: 'healthy', cause: null }, seen))
    return { memory: { told: told ?? seen, pending: null }, tell: null };
  const before = memory.pending;
  const isOld = before !== null && isSame(before.state, seen);
  const pending = isOld
    ? { ...before, looks: before.looks + 1 }
    : { state: seen, since: before?.since ?? now, looks: 1 };
  const enough = seen.verdict === 'healthy' ? GOOD_LOOKS : BAD_LOOKS;
  // The cause may still move while the cluster falls; for how long it is ill counts, not for how long by this name.
  const lasted = now - pending.since >= debounceMs;
  if (!lasted && pending.looks < enough) return { memory: { told, pending }, tell: null };
  return { memory: { told: seen, pending: null }, tell: { before: told, now: seen } };
}

export function toldOf({ verdict, root }: Diagnosis): Told {
  if (root === null) return { verdict, cause: null };
  const { layer, problem, object } = root;
  const where = object === null ? '' : ` ${object.kind} ${object.namespace ?? ''}/${object.name}`;
  return { verdict, cause: `${layer} ${problem}${where}` };
}

function isSame(a: Told, b: Told): boolean {
  return a.verdict === b.verdict && a.cause === b.cause;
}

/** What was written down, if it can be read as such. */
export function readMemory(raw: unknown): NotifyMemory {
  const { told, pending, reached } = (raw ?? {}) as Partial<NotifyMemory>;
  const isTold = (one: unknown): one is Told =>
    typeof (one as Told | null)?.verdict === 'string' && 'cause' in (one as Told);
  return {
    told: isTold(told) ? told : null,
    pending:
      pending != null &&
      isTold(pending.state) &&
      Number.isFinite(pending.since) &&
      Number.isFinite(pending.looks)
        ? pending
        : null,
    ...(isTold(reached?.state) && Array.isArray(reached?.ways) ? { reached } : {}),
  };
}
