import type { Safe } from '../text/safe.ts';
import type { HelmRelease } from './helm-releases.ts';
import type { LayerId } from './layer.ts';
import type { Problem } from './problems.ts';

/** One bootstrap component: what is wanted, installed (chart) and running (image). Null: not known. */
export interface Component {
  readonly name: Safe;
  readonly namespace: Safe;
  readonly wanted: Safe | null;
  readonly installed: Safe | null;
  readonly running: Safe | null;
  readonly release: Pick<HelmRelease, 'status' | 'revision' | 'changedAt'> | null;
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
