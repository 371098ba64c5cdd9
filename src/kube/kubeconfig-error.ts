import type { Safe } from '../text/safe.ts';

export type KubeconfigProblem =
  | 'file-missing'
  | 'file-unreadable'
  | 'not-yaml'
  | 'not-kubeconfig'
  | 'no-current-context'
  | 'context-not-found'
  | 'cluster-not-found'
  | 'user-not-found'
  | 'no-server'
  | 'bad-server';

/** Why no cluster can be asked: one sentence, what to do about it, and the names that may have been meant. */
export interface KubeconfigError {
  readonly problem: KubeconfigProblem;
  readonly message: Safe;
  readonly cure: Safe;
  readonly candidates: readonly Safe[];
}

export type KubeconfigResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: KubeconfigError };

export function refuse(
  problem: KubeconfigProblem,
  message: Safe,
  cure: Safe,
  candidates: readonly Safe[] = [],
): { readonly ok: false; readonly error: KubeconfigError } {
  return { ok: false, error: { problem, message, cure, candidates } };
}
