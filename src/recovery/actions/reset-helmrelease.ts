import { refText } from '../../cluster/object-ref.ts';
import type { Problem } from '../../layers/problems.ts';
import { say } from '../../text/safe.ts';
import type { Action, Fault } from '../action.ts';
import { fluxObjects } from '../flux-objects.ts';
import { fluxOwner } from '../flux-owner.ts';
import { reconcilePlan } from '../flux-request.ts';
import { releaseFor } from '../releases.ts';
import { livesUnderFlux } from './sync-release.ts';

const ranks: Partial<Record<Problem, number>> = {
  'retries-exhausted': 5,
  stalled: 10,
  'release-failed': 15,
  drift: 20,
};

const HELM_RELEASE = say`HelmRelease`;

/** One forced upgrade with the failure counters set back: the way out of used-up retries, and back to deleted objects. */
export const resetHelmrelease: Action = {
  id: 'reset-helmrelease',
  key: null,
  title: say`reset and force a HelmRelease`,
  targets: bench =>
    [...fluxObjects(bench)].flatMap(([text, { kind }]) => (kind === HELM_RELEASE ? [text] : [])),
  treats: (fault, bench) => {
    const rank = ranks[fault.problem];
    if (fault.object?.kind === HELM_RELEASE) {
      return rank === undefined ? [] : [{ target: refText(fault.object), rank }];
    }
    const release = isUndone(fault) ? releaseFor(fault, bench) : null;
    const owner =
      release !== null && livesUnderFlux(release, bench)
        ? fluxOwner(bench, release.name, release.namespace)
        : null;
    return owner === null ? [] : [{ target: refText(owner.object), rank: 8 }];
  },
  plan: (target, bench) => {
    const object = target === null ? undefined : fluxObjects(bench).get(target);
    return object?.kind === HELM_RELEASE ? reconcilePlan('reset-helmrelease', object, bench) : null;
  },
};

const undone: ReadonlySet<Problem> = new Set<Problem>([
  'missing',
  'agent-missing',
  'scaled-to-zero',
  'wrong-selector',
  'wrong-ports',
  'crashing',
]);

/** Flux does not notice by itself that objects were deleted or changed: only a forced upgrade brings them back. */
function isUndone(fault: Fault): boolean {
  return undone.has(fault.problem) && fault.nodes === null;
}
