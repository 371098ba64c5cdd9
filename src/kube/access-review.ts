import type { Transport } from './transport.ts';

/** What is asked for, in the words of RBAC; `namespace` null: at the scope of the cluster. */
export interface Access {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace: string | null;
  readonly name?: string;
}

export type Permission = 'allowed' | 'denied' | 'unsure';

const KEPT_MS = 60_000;
const DEADLINE_MS = 5_000;
const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/**
 * Asks the API server whether we may do something; an answer is kept for a minute. `unsure` when it did not answer, or
 * when it says no but could not evaluate every rule; that is not kept.
 */
export function accessReviewer(
  request: Transport['request'],
  monotonic: () => number = () => performance.now(),
): (asked: Access) => Promise<Permission> {
  const known = new Map<string, { readonly at: number; readonly answer: Permission }>();
  return async asked => {
    const key = JSON.stringify(asked);
    const found = known.get(key);
    if (found !== undefined && monotonic() - found.at < KEPT_MS) return found.answer;
    const answer = await review(request, asked);
    if (answer === 'unsure') known.delete(key);
    else known.set(key, { at: monotonic(), answer });
    return answer;
  };
}

async function review(request: Transport['request'], asked: Access): Promise<Permission> {
  const { verb, group, resource, subresource, namespace, name } = asked;
  const reply = await request('POST', path, {
    deadlineMs: DEADLINE_MS,
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: {
        resourceAttributes: {
          verb,
          group,
          resource,
          ...(subresource === undefined ? {} : { subresource }),
          ...(namespace === null ? {} : { namespace }),
          ...(name === undefined ? {} : { name }),
        },
      },
    },
  });
  if (!reply.ok) return 'unsure';
  const status = (reply.json as { status?: Record<string, unknown> } | null)?.status;
  if (status?.allowed === true) return 'allowed';
  if (status?.allowed !== false) return 'unsure';
  const isPartial = typeof status.evaluationError === 'string' && status.evaluationError !== '';
  return isPartial && status.denied !== true ? 'unsure' : 'denied';
}
