import type { Safe } from '../text/safe.ts';
import type { ObjectRef } from './object-ref.ts';

/** A known failure text in a log; lines that differ in numbers only are counted as one. */
export interface LogLine {
  readonly text: Safe;
  readonly count: number;
  /** When it was last written (epoch ms, by the clock of its node); null when the runtime gave no time. */
  readonly at: number | null;
  /** Written as fatal: what a process says when it ends. */
  readonly isFatal: boolean;
}

/** What one container's log says of known failures. Evidence, not state: it explains what objects show and accuses nobody alone. */
export interface LogEvidence {
  readonly pod: ObjectRef;
  readonly container: Safe;
  /** Read from the run before this one: the container had just ended. */
  readonly previous: boolean;
  /** When it was read: cluster time (epoch ms). */
  readonly at: number;
  /** Lines with a known failure text only, each once, the newest first, at most `MOST_LINES`. */
  readonly lines: readonly LogLine[];
  /** Set when we may not read logs there; then there are no lines. */
  readonly refused: 'rbac' | null;
}

export const MOST_LINES = 8;

/** How long a line is worth something; logs are asked for no older ones either. */
export const LOG_LIFETIME = 600_000;
