import type { Plan } from '../recovery/plan.ts';
import type { Safe } from '../text/safe.ts';

/** PLANNED -> RUNNING -> EXITED -> VERIFYING -> one of the ends. UNKNOWN: nobody saw the end. */
export type RunState = 'planned' | 'running' | 'verifying' | 'succeeded' | 'failed' | 'unknown' | 'cancelled';

export interface RunLine {
  /** Milliseconds since the run began. */
  readonly at: number;
  readonly from: 'stdout' | 'stderr' | 'groundup';
  readonly text: Safe;
}

/** A run as the screen and the journal know it. */
export interface Run {
  readonly id: string;
  readonly plan: Plan;
  readonly state: RunState;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly step: number;
  readonly exitCode: number | null;
  /** Why it failed, classified where the text is known: `another Helm operation holds the release`. */
  readonly failure: Safe | null;
  readonly overdue: boolean;
  /** Newest lines, bounded; `dropped` counts those before. */
  readonly lines: readonly RunLine[];
  readonly dropped: number;
  readonly logFile: string;
}
