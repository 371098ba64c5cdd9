import type { Kind } from '../cluster/kinds.ts';
import type { StreamPlan } from '../cluster/streams.ts';
import type { Query } from './request-parts.ts';

/** Where a stream's objects are listed: the path of the API and its selectors. */
export interface ResourcePath {
  readonly path: string;
  readonly query: Query;
}

export function resourcePath(
  kind: Kind,
  version: string,
  plan: StreamPlan,
  fluxNamespace: string,
): ResourcePath {
  const root = kind.group === '' ? `/api/${version}` : `/apis/${kind.group}/${version}`;
  const namespace = typeof plan.namespace === 'object' ? fluxNamespace : plan.namespace;
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return {
    path: `${root}${scope}/${kind.resource}`,
    query: { labelSelector: plan.labels, fieldSelector: plan.fields },
  };
}

const PARTIAL = 'g=meta.k8s.io;v=v1';

/** No fallback to whole objects: what a metadata-only stream leaves out must not travel at all. */
export function acceptOf(plan: StreamPlan, use: 'list' | 'watch'): string {
  if (plan.metadataOnly !== true) return 'application/json';
  const kind = use === 'list' ? 'PartialObjectMetadataList' : 'PartialObjectMetadata';
  return `application/json;as=${kind};${PARTIAL}`;
}
