import { type Healed, withHealed } from '../cluster/healed.ts';
import type { LeaseContent, LeaseRecord, LeaseStore } from '../cluster/recovery-lease.ts';
import { type Safe, say } from '../text/safe.ts';
import { LEASE_MS } from './lease.ts';

/** `none`: there is no lock in the cluster, because it cannot be written; the run goes on without. */
export type Standing = 'held' | 'none' | 'lost';

/** Keeps the lock of a cluster for one run. It is no fence: losing it never ends a tool, but no further step begins. */
export interface LeaseKeeper {
  readonly standing: () => { readonly state: Standing; readonly why: Safe | null };
  /** Asks once more now, before a step begins. */
  readonly confirm: () => Promise<{ readonly state: Standing; readonly why: Safe | null }>;
  /** Gives it back, if it is still ours; an attempt of self-healing stays noted in it with how its commands ended. */
  readonly release: (ended?: 'ended' | 'failed') => Promise<void>;
  /** Stops renewing it without giving it back: others see it fall silent. */
  readonly end: () => void;
}

export interface LeaseClaim {
  readonly run: string;
  readonly by: string;
  readonly action: string;
  /** What self-healing tries with this run; null or left out for what a person asked for. */
  readonly healing?: Healed | null;
  /** The version of a silent holder's record that may be overwritten. */
  readonly takeOver?: string | undefined;
  /** Whether the holder of a record is known to have ended, without waiting for its silence. */
  readonly hasEnded: (record: LeaseRecord) => Promise<boolean>;
  readonly now: () => number;
  /** Called when the standing changes. */
  readonly onChange: (state: Standing, why: Safe | null) => void;
  readonly monotonic?: () => number;
  readonly renewEveryMs?: number;
  /** After so long without a renewal it counts as lost: sooner than others may take it, also when our clock is slow. */
  readonly renewWithinMs?: number;
}

/** Takes the lock and renews it until it is released. Gives why not when somebody else holds it. */
export async function keepLease(
  store: LeaseStore,
  claim: LeaseClaim,
): Promise<{ readonly ok: true; readonly keeper: LeaseKeeper } | { readonly ok: false; readonly why: Safe }> {
  const content = contentOf(claim);
  const first = await take(store, claim, content);
  return first.state === 'taken'
    ? { ok: false, why: first.why }
    : { ok: true, keeper: keep(store, claim, content, first) };
}

/** What is written, with what others noted in it before. */
interface Content {
  readonly now: () => LeaseContent;
  readonly adopt: (record: LeaseRecord | null) => void;
  readonly end: (state: 'ended' | 'failed') => void;
}

function contentOf({ by, run, action, now, healing = null }: LeaseClaim): Content {
  const since = now();
  let mine = healing;
  let others: readonly Healed[] = [];
  return {
    now: () => ({
      holder: `${by}:${run}`,
      by,
      action,
      run,
      since,
      now: now(),
      durationMs: LEASE_MS,
      healed: withHealed(others, mine, now()),
    }),
    adopt: record => {
      others = (record?.healed ?? []).filter(one => one.run !== run);
    },
    end: state => {
      mine = mine && { ...mine, state };
    },
  };
}

function keep(
  store: LeaseStore,
  claim: LeaseClaim,
  content: Content,
  first: Exclude<Taken, { state: 'taken' }>,
): LeaseKeeper {
  const monotonic = claim.monotonic ?? (() => performance.now());
  let version = first.state === 'held' ? first.version : null;
  let state: Standing = first.state;
  let why: Safe | null = first.state === 'none' ? first.why : null;
  /** Somebody else has it, or we may not write it: that does not change by trying. */
  let isSettled = first.state === 'none' && first.refused;
  let renewedAt = monotonic();
  let turn = Promise.resolve();

  const become = (next: Standing, text: Safe | null): void => {
    const changed = next !== state;
    state = next;
    why = text;
    if (changed) claim.onChange(next, text);
  };
  const renew = async (): Promise<void> => {
    if (isSettled) return;
    const result = await writeAgain(store, claim, content, version);
    if (result.state === 'held') {
      version = result.version;
      renewedAt = monotonic();
      return become('held', null);
    }
    isSettled = result.state === 'taken' || (version === null && result.refused);
    if (result.state === 'taken') return become('lost', result.why);
    const silentMs = monotonic() - renewedAt;
    if (version !== null && silentMs >= (claim.renewWithinMs ?? RENEW_WITHIN_MS))
      become('lost', say`it could not be renewed for ${Math.round(silentMs / 1000)} s`);
  };
  const queued = (): Promise<void> => {
    turn = turn.then(renew).catch(() => {});
    return turn;
  };
  const timer = setInterval(queued, claim.renewEveryMs ?? RENEW_EVERY_MS);
  return {
    standing: () => ({ state, why }),
    confirm: async () => {
      await queued();
      return { state, why };
    },
    end: () => clearInterval(timer),
    release: async (ended = 'ended') => {
      clearInterval(timer);
      content.end(ended);
      await turn;
      if (version !== null && !isSettled)
        await store.write({ ...content.now(), holder: '' }, version).catch(() => {});
    },
  };
}

const RENEW_EVERY_MS = 10_000;
const RENEW_WITHIN_MS = 40_000;

/** A conflict may be our own write whose answer was lost: the record tells. */
async function writeAgain(
  store: LeaseStore,
  claim: LeaseClaim,
  content: Content,
  version: string | null,
): Promise<Taken> {
  if (version === null) return take(store, claim, content);
  const written = await store.write(content.now(), version);
  if (written.ok) return { state: 'held', version: written.version };
  if (written.conflict) return take(store, claim, content);
  return { state: 'none', why: written.why, refused: written.refused };
}

type Taken =
  | { readonly state: 'held'; readonly version: string }
  | { readonly state: 'taken'; readonly why: Safe }
  | { readonly state: 'none'; readonly why: Safe; readonly refused: boolean };

/** Of several that try at once the server lets one through; the others look again at who that was. */
async function take(store: LeaseStore, claim: LeaseClaim, content: Content): Promise<Taken> {
  for (let attempt = 0; attempt < 4; attempt++) {
    const read = await store.read();
    if (!read.ok) return { state: 'none', why: read.why, refused: read.refused };
    const { record } = read;
    content.adopt(record);
    const next = content.now();
    if (record !== null && !(await isOurs(record, claim, next.holder)))
      return { state: 'taken', why: say`${record.by} holds it: ${record.action}` };
    const written = await store.write(next, record?.version ?? null);
    if (written.ok) return { state: 'held', version: written.version };
    if (!written.conflict) return { state: 'none', why: written.why, refused: written.refused };
  }
  return { state: 'taken', why: say`others write it again and again` };
}

async function isOurs(record: LeaseRecord, claim: LeaseClaim, holder: string): Promise<boolean> {
  if (record.holder === '' || record.holder === holder) return true;
  return record.version === claim.takeOver || (await claim.hasEnded(record));
}
