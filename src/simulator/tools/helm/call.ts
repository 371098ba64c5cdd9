import { type Api, ApiRefusal } from '../api.ts';
import type { Flags } from '../flags.ts';
import type { Call } from '../tool.ts';
import type { Waiting } from '../waiting.ts';

/** What a verb of helm works with. */
export interface HelmCall {
  readonly call: Call;
  readonly flags: Flags;
  /** Arguments after the verb. */
  readonly words: readonly string[];
  readonly api: Api;
  readonly waiting: Waiting;
  readonly namespace: string;
}

/** What helm says about an error, without its prefix. */
export function reasonOf(error: Error): string {
  const far = error instanceof ApiRefusal && error.code === 0;
  return far ? `Kubernetes cluster unreachable: ${error.message}` : error.message;
}

/** Helm 4 applies on the server's side; helm 3 compares and patches by itself. */
export function isServerSide(env: Call['env']): boolean {
  return env.GROUNDUP_SIM_HELM === '4';
}
