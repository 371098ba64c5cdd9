import type { Pod } from '../cluster/kinds.ts';
import { LOG_LIFETIME, type LogEvidence, type LogLine } from '../cluster/log-evidence.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { type Match, match } from '../signatures/match.ts';
import type { Safe } from '../text/safe.ts';

/** A known failure text that stands in a pod's log. */
export interface LoggedFailure {
  readonly match: Match;
  readonly text: Safe;
  /** When it was written, or else read (cluster epoch ms). */
  readonly at: number;
  readonly isFatal: boolean;
}

/** As a warning it says that a kernel lacks what may not be needed; it is a cause only when the process ends by it. */
const onlyFatal = 'S25';

/** What a pod's log knows, the most telling first: what its process ended by, then the newest. Old lines are left out. */
export function loggedFailures(snapshot: Snapshot, pod: Pod): readonly LoggedFailure[] {
  const { namespace = null, name } = pod.metadata;
  return snapshot.logs
    .filter(one => one.pod.name === name && one.pod.namespace === namespace)
    .flatMap(one => one.lines.flatMap(line => failureIn(one, line)))
    .filter(one => snapshot.now - one.at <= LOG_LIFETIME)
    .sort((a, b) => Number(b.isFatal) - Number(a.isFatal) || b.at - a.at);
}

function failureIn(evidence: LogEvidence, { text, at, isFatal }: LogLine): readonly LoggedFailure[] {
  const found = match('log', text).find(one => one.id !== onlyFatal || isFatal);
  return found === undefined ? [] : [{ match: found, text, at: at ?? evidence.at, isFatal }];
}
