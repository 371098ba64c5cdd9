import type { Diagnosis, LayerView } from '../diagnosis/diagnosis.ts';
import type { Moment, Picture } from '../store/moments.ts';
import type { RecordedRun } from '../store/recorded-run.ts';

export const schemaId = 'groundup.dev/record/v1';

/**
 * The lines of a recording, one JSON object each; `at` is cluster time (epoch ms). A watch begins with `begin` and a
 * `key` frame that holds the whole screen; a `change` holds only what differs from the frame before it. Lines of a kind
 * that is not known are passed over, so that a newer groundup may add some.
 */
export type RecordLine =
  | {
      readonly record: 'begin';
      readonly schema: typeof schemaId;
      readonly at: number;
      /** Version of groundup. */
      readonly by: string;
      readonly cluster: Diagnosis['cluster'];
    }
  | { readonly record: 'key'; readonly at: number; readonly picture: Picture }
  | { readonly record: 'change'; readonly at: number; readonly set: Difference }
  | { readonly record: 'run'; readonly at: number; readonly run: RecordedRun }
  | { readonly record: 'end'; readonly at: number };

/** What a picture has other than the one before; of the layers only those that changed. */
export interface Difference extends Partial<Omit<Diagnosis, 'at' | 'layers' | 'memory'>> {
  readonly layers?: readonly LayerView[];
  readonly api?: Picture['api'];
  readonly fix?: Picture['fix'];
}

/** One watch without a break, read back from a recording. */
export interface Watched {
  readonly by: string;
  readonly cluster: Diagnosis['cluster'];
  readonly beganAt: number;
  /** Its own word, or its last line when it did not come to say it. */
  readonly endedAt: number;
  readonly moments: readonly Moment[];
  readonly runs: readonly RecordedRun[];
}
