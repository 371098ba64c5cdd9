import { field } from '../text/field.ts';
import type { Safe } from '../text/safe.ts';

/** One attempt of self-healing as the lock in the cluster remembers it, so that every machine counts it. */
export interface Healed {
  readonly run: string;
  readonly root: Safe;
  readonly action: string;
  readonly target: Safe | null;
  /** By the clock of the machine that did it, epoch ms. */
  readonly at: number;
  /** `ended`: its commands ended well; whether that helped, only that machine knows. */
  readonly state: 'running' | 'ended' | 'failed';
}

const DAY_MS = 86_400_000;
/** More than may happen within a day, and less than is read of one annotation. */
const MOST = 8;
const LONGEST = 3_500;
const states: readonly unknown[] = ['running', 'ended', 'failed'];

/** The attempts in an annotation; what cannot be read is left out. */
export function readHealed(text: unknown): readonly Healed[] {
  const all = typeof text === 'string' && text.length <= 8_192 ? parsed(text) : null;
  if (!Array.isArray(all)) return [];
  return all.slice(-MOST).flatMap((raw: Partial<Healed> | null) => {
    const { run, root, action, target, at, state } = raw ?? {};
    const isRead = [run, root, action].every(one => typeof one === 'string') && states.includes(state);
    if (!isRead || typeof at !== 'number' || !Number.isFinite(at)) return [];
    return [
      {
        run: field(run ?? ''),
        root: field(root ?? ''),
        action: field(action ?? ''),
        target: typeof target === 'string' ? field(target) : null,
        at,
        state: state ?? 'running',
      },
    ];
  });
}

/** What is still remembered once `mine` came along; `now`: epoch ms. */
export function withHealed(before: readonly Healed[], mine: Healed | null, now: number): readonly Healed[] {
  const recent = before.filter(one => now - one.at < DAY_MS && one.run !== mine?.run);
  let kept = [...recent, ...(mine === null ? [] : [mine])].slice(-MOST);
  while (JSON.stringify(kept).length > LONGEST) kept = kept.slice(1);
  return kept;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
