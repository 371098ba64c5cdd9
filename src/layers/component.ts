import type { Safe } from '../text/safe.ts';
import type { LayerId } from './layer.ts';
import type { Problem } from './problems.ts';

/** What Helm says of a release, in its own words. */
export type ReleaseStatus =
  | 'deployed'
  | 'failed'
  | 'pending-install'
  | 'pending-upgrade'
  | 'pending-rollback'
  | 'uninstalling'
  | 'uninstalled'
  | 'superseded'
  | 'unknown';

/** One bootstrap component: what is wanted, installed (chart) and running (image). Null: not known. */
export interface Component {
  readonly name: Safe;
  readonly namespace: Safe;
  readonly wanted: Safe | null;
  readonly installed: Safe | null;
  readonly running: Safe | null;
  readonly release: {
    readonly status: ReleaseStatus;
    readonly revision: number;
    readonly changedAt: number | null;
  } | null;
  readonly verdict: 'healthy' | 'progressing' | 'degraded' | 'down' | 'unknown';
  readonly layer: LayerId | null;
  readonly findings: readonly ComponentFinding[];
}

export interface ComponentFinding {
  readonly problem: Problem;
  readonly message: Safe;
}

/** A release that the repository's helmfile lists. */
export interface WantedRelease {
  readonly name: Safe;
  readonly namespace: Safe;
  readonly chart: Safe;
  readonly version: Safe | null;
}
