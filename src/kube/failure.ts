import type { StreamReason } from '../cluster/snapshot.ts';
import type { Safe } from '../text/safe.ts';

/** A request that did not give what was asked. `status` is null when no HTTP answer came. */
export interface Failure {
  readonly ok: false;
  readonly reason: StreamReason;
  readonly status: number | null;
  /** One plain sentence, and what to do. */
  readonly message: Safe;
  /** How long the server asked to be left alone. */
  readonly retryAfterMs?: number;
  /** The decoded body, when there was one (a Status object, or the text of `/readyz`). */
  readonly json?: unknown;
  readonly text?: string;
}

export function failure(
  reason: StreamReason,
  message: Safe,
  more: Partial<Omit<Failure, 'ok' | 'reason' | 'message'>> = {},
): Failure {
  return { ok: false, reason, message, status: null, ...more };
}
