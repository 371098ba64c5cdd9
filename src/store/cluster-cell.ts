import type { ClusterVerdict } from '../diagnosis/diagnosis.ts';
import type { LayerId } from '../layers/layer.ts';
import type { Safe } from '../text/safe.ts';

/** One of several clusters that were chosen: what the last light look at it concluded. */
export interface ClusterCell {
  readonly context: Safe;
  /** Null until the first look has ended. */
  readonly verdict: ClusterVerdict | null;
  /** The layer of its root cause. */
  readonly layer: LayerId | null;
  /** Local epoch ms of that look. */
  readonly seenAt: number | null;
}
