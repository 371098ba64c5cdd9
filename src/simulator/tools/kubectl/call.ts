import type { Api } from '../api.ts';
import type { Flags } from '../flags.ts';
import type { Call } from '../tool.ts';
import type { Waiting } from '../waiting.ts';

/** What a verb of kubectl works with. */
export interface KubectlCall {
  readonly call: Call;
  readonly flags: Flags;
  /** Arguments after the verb. */
  readonly words: readonly string[];
  readonly api: Api;
  readonly waiting: Waiting;
  readonly namespace: string;
}
