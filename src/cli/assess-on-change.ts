import { type Kind, kinds } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { type StreamId, streams } from '../cluster/streams.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Cluster } from '../kube/open-cluster.ts';
import type { Action } from '../recovery/action.ts';
import type { Workshop } from '../recovery/plan.ts';
import type { Runs } from '../runs/runs.ts';
import type { Model } from '../store/app-state.ts';
import { isYoung } from '../store/select/young.ts';
import { assessor } from './assess.ts';
import { triedRuns } from './tried-runs.ts';

export interface AssessSources {
  readonly cluster: Pick<Cluster, 'snapshot'>;
  /** Null while the workstation is still looked at. */
  readonly workshop: () => Workshop | null;
  readonly wall: () => number;
  readonly runs: () => Pick<Runs, 'past' | 'current'>;
  /** Actions of the configuration. */
  readonly custom?: () => readonly Action[];
  readonly narrow?: (diagnosis: Diagnosis, snapshot: Snapshot) => Diagnosis;
  /** Measures what judging costs, ms; tests replace it. */
  readonly timer?: () => number;
}

const nothing: readonly Action[] = [];
const none = () => nothing;

/** While only time passes, judging may take this share of it. */
const SHARE = 0.002;
/** The longest that a judgement stands while only time passes, in ms of the cluster: ages are counted in these. */
const STANDS = 12_000;
/** And where something is broken for so long that its ages are told in minutes. */
const STANDS_BROKEN = 30_000;

/**
 * Judges again only what changed: the same snapshot, workstation and runs give the same model. Where nothing but time
 * passed, rules that count ages are worked out again as often as their cost allows: at once in a small cluster, after
 * seconds in one of thousands of broken nodes.
 */
export function assessOnChange(sources: AssessSources): () => Model {
  const { cluster, workshop, wall, runs, custom = none, timer = () => performance.now() } = sources;
  const tried = (diagnosis: Diagnosis) => triedRuns(runs(), diagnosis, wall);
  const assess = assessor(workshop, wall, tried, {
    custom,
    ...(sources.narrow === undefined ? {} : { narrow: sources.narrow }),
  });
  let last:
    | {
        readonly model: Model;
        readonly of: readonly unknown[];
        readonly judgedAt: number;
        readonly standsUntil: number;
      }
    | undefined;
  return () => {
    const snapshot = cluster.snapshot();
    const of = [workshop(), custom(), runs().past()[0]?.id, runs().current()?.state];
    const isSame = last?.of.every((one, i) => one === of[i]) === true;
    if (last !== undefined && isSame) {
      if (last.model.snapshot === snapshot) return last.model;
      const { diagnosis } = last.model;
      const stands = diagnosis.verdict === 'down' && !isYoung(diagnosis) ? STANDS_BROKEN : STANDS;
      const isRecent = Math.abs(snapshot.now - last.judgedAt) < stands && timer() < last.standsUntil;
      if (isRecent && isOnlyLater(last.model.snapshot, snapshot)) {
        last = { ...last, model: { ...last.model, snapshot } };
        return last.model;
      }
    }
    const began = timer();
    const model = assess(snapshot);
    const ended = timer();
    last = { model, of, judgedAt: snapshot.now, standsUntil: ended + (ended - began) / SHARE };
    return model;
  };
}

/** True when everything is as it was, and trusted as it was, only at a later moment. */
function isOnlyLater(before: Snapshot, after: Snapshot): boolean {
  const { now: _now, api, streams: kept, ...others } = after;
  const rest = Object.entries(others) as [keyof typeof others, unknown][];
  return (
    rest.every(([part, value]) => before[part] === value) &&
    before.api.reach === api.reach &&
    before.api.failure === api.failure &&
    before.api.readyz === api.readyz &&
    before.api.version === api.version &&
    (Object.keys(kept) as StreamId[]).every(id => {
      const [was, is] = [before.streams[id], kept[id]];
      const isTrusted = was.freshness.state === 'live' && is.freshness.state === 'live';
      return was === is || (isTrusted && isSameOrRenewed(id, was.items, is.items));
    })
  );
}

/** True when no object changed, but for signs of life that came in time. */
function isSameOrRenewed(
  id: StreamId,
  was: ReadonlyMap<string, unknown>,
  is: ReadonlyMap<string, unknown>,
): boolean {
  if (was === is) return true;
  const { isRoutine }: Kind = kinds[streams[id].kind];
  if (isRoutine === undefined || was.size !== is.size) return false;
  for (const [key, now] of is) {
    const before = was.get(key);
    if (before !== now && (before === undefined || !isRoutine(before as never, now as never))) return false;
  }
  return true;
}
