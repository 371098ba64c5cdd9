import type { ObjectRef } from '../cluster/object-ref.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import type { Problem } from '../layers/problems.ts';
import { calmAge } from '../text/age.ts';
import { type Safe, say } from '../text/safe.ts';
import { changedByFlux, removedByFlux } from './removal-flux.ts';
import { removedByHelm } from './removal-helm.ts';
import { scaledDown, stillDeleting, traces } from './removal-traces.ts';

/** Who removed or broke an object, as far as the records of Flux, Helm and the controllers tell. */
export interface Removal {
  /** In a few words, for the banner. */
  readonly cause: Safe;
  /** A whole answer to "who removed it?". */
  readonly answer: Safe;
  readonly evidence: readonly Safe[];
}

/** What somebody must have done; other problems may come by themselves. */
const removals: readonly Problem[] = ['missing', 'instance-missing'];
/** What a change of the workload can bring about. */
const breakages: readonly Problem[] = [
  'crashing',
  'image-pull',
  'rollout-stuck',
  'stuck',
  'not-ready',
  'not-scheduled',
  'agent-not-ready',
];

/**
 * Asks who did it: first what is still going on, then Flux's own records, then Helm's, then the events. Null when nothing is
 * known: then only the audit log of the API server could tell.
 */
export function whoDidIt(
  snapshot: Snapshot,
  problem: Problem,
  object: ObjectRef,
  since: number | null,
): Removal | null {
  if (removals.includes(problem)) return whoRemoved(snapshot, object, since);
  if (problem === 'scaled-to-zero') {
    return changedByFlux(snapshot, object, since) ?? whoScaled(snapshot, object);
  }
  return breakages.includes(problem) ? changedByFlux(snapshot, object, since) : null;
}

function whoRemoved(snapshot: Snapshot, object: ObjectRef, since: number | null): Removal | null {
  const deed = removedByFlux(snapshot, object, since) ?? removedByHelm(snapshot, object);
  const seen = traces(snapshot, object, since);
  const running = stillDeleting(snapshot, object);
  if (running !== null) {
    const wait = say`Its deletion still runs: ${running}. What is installed there now dies again: let it end first.`;
    return {
      cause: deed?.cause ?? say`its deletion still runs`,
      answer: deed === null ? wait : say`${deed.answer} ${wait}`,
      evidence: [...(deed?.evidence ?? []), running, ...seen],
    };
  }
  return deed === null ? null : { ...deed, evidence: [...deed.evidence, ...seen] };
}

function whoScaled(snapshot: Snapshot, object: ObjectRef): Removal | null {
  const found = scaledDown(snapshot, object);
  if (found === null) return null;
  const when = found.at === null ? say`` : say` ${calmAge(snapshot.now - found.at)} ago`;
  return {
    cause: say`scaled down${when}`,
    answer: say`Somebody or something set its replicas to zero${when}; who it was stands in the audit log only.`,
    evidence: [found.line],
  };
}
