import { matchCondition } from '../signatures/texts.ts';
import { type Safe, say } from '../text/safe.ts';
import type { Fault } from './apps-model.ts';
import type { Problem } from './problems.ts';

export interface Condition {
  readonly type?: Safe;
  readonly status?: Safe;
  readonly reason?: Safe;
  readonly message?: Safe;
  readonly lastTransitionTime?: number;
  readonly observedGeneration?: number;
}

/** Known texts that say more than the reason under which they stand. */
const bySignature: ReadonlyMap<string, Problem> = new Map(
  Object.entries<Problem>({
    S64: 'decryption-failed',
    S65: 'decryption-failed',
    S66: 'decryption-failed',
    S67: 'build-failed',
    S68: 'build-failed',
    S72: 'apply-failed',
    S73: 'release-pending',
    S79: 'retries-exhausted',
    S82: 'webhook-blocks',
  }),
);

const byReason: ReadonlyMap<string, Problem> = new Map(
  Object.entries<Problem>({
    BuildFailed: 'build-failed',
    HealthCheckFailed: 'health-check-failed',
    HealthCheckCanceled: 'health-check-failed',
    ReconciliationFailed: 'apply-failed',
    PruneFailed: 'apply-failed',
    DirectoryCreationFailed: 'build-failed',
    ArtifactFailed: 'source-failed',
    SourceNotReady: 'source-failed',
    DependencyNotReady: 'dependency-not-ready',
    RetriesExceeded: 'retries-exhausted',
    PendingRelease: 'release-pending',
  }),
);

/** Names the fault behind a condition. `otherwise` is the problem when neither its text nor its reason is known. */
export function faultOf(condition: Condition, otherwise: Problem): Fault {
  const found = matchCondition(condition);
  const known = found.find(one => bySignature.has(one.id));
  const problem =
    (known === undefined ? undefined : bySignature.get(known.id)) ??
    byReason.get(condition.reason ?? '') ??
    otherwise;
  return {
    problem,
    message: conditionText(condition),
    signature: (known ?? found[0])?.id ?? null,
    since: condition.lastTransitionTime ?? null,
  };
}

/** `Reason: message`, or what there is of it. */
export function conditionText(condition: Condition): Safe {
  const { reason, message } = condition;
  if (message === undefined || message === '') return reason ?? say`no reason given`;
  return reason === undefined ? message : say`${reason}: ${message}`;
}
