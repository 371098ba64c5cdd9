import { type DetailKind, detailKinds } from '../cluster/detail-kinds.ts';
import { kinds } from '../cluster/kinds.ts';
import { type ObjectRef, refText } from '../cluster/object-ref.ts';
import type { Cluster } from '../kube/open-cluster.ts';
import { type Safe, say } from '../text/safe.ts';

/** What is asked of a cluster on demand. */
export type Asked = Pick<Cluster, 'request' | 'open' | 'snapshot'>;

export type ObjectPath =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly message: Safe };

/** Kinds that are not watched but often named by those that are, and those that are watched. */
const known: Readonly<Record<string, DetailKind>> = {
  ...detailKinds,
  ...Object.fromEntries(
    Object.values(kinds).map(({ kind, group, version, resource, namespaced }) => [
      kind,
      { group, version, resource, namespaced },
    ]),
  ),
};

/** Where the API server serves an object. A kind that is not known here is looked up by its name in what is served. */
export async function objectPath(ref: ObjectRef, cluster: Asked, signal: AbortSignal): Promise<ObjectPath> {
  const place = Object.hasOwn(known, ref.kind) ? known[ref.kind] : undefined;
  if (place !== undefined) {
    const served = cluster.snapshot().groups?.get(place.group);
    return pathTo({ ...place, version: served ?? place.version }, ref);
  }
  const answer = await cluster.request('GET', '/apis', { accept: AGGREGATED, deadlineMs: 10_000, signal });
  if (!answer.ok) return { ok: false, message: answer.message };
  const found = search(answer.json, ref.kind);
  return found === undefined
    ? { ok: false, message: say`The API server serves no kind ${ref.kind}: its definition may be gone.` }
    : pathTo(found, ref);
}

/** The folder of a namespace's pods, or of all pods. */
export function podsPath(namespace: string | null): string {
  return namespace === null ? '/api/v1/pods' : `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
}

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

function pathTo({ group, version, resource, namespaced }: DetailKind, ref: ObjectRef): ObjectPath {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  if (!namespaced) return { ok: true, path: `${root}/${resource}/${encodeURIComponent(ref.name)}` };
  if (ref.namespace === null)
    return { ok: false, message: say`${refText(ref)} is named without its namespace.` };
  return {
    ok: true,
    path: `${root}/namespaces/${encodeURIComponent(ref.namespace)}/${resource}/${encodeURIComponent(ref.name)}`,
  };
}

interface DiscoveredGroup {
  readonly metadata?: { readonly name?: unknown };
  readonly versions?: readonly {
    readonly version?: unknown;
    readonly resources?: readonly {
      readonly resource?: unknown;
      readonly scope?: unknown;
      readonly responseKind?: { readonly kind?: unknown };
    }[];
  }[];
}

function search(json: unknown, kind: string): DetailKind | undefined {
  const { items } = (json ?? {}) as { readonly items?: readonly DiscoveredGroup[] };
  if (!Array.isArray(items)) return undefined;
  for (const group of items as readonly DiscoveredGroup[])
    for (const { version, resources } of group.versions ?? [])
      for (const one of resources ?? [])
        if (one.responseKind?.kind === kind && typeof one.resource === 'string')
          return {
            group: String(group.metadata?.name ?? ''),
            version: String(version),
            resource: one.resource,
            namespaced: one.scope !== 'Cluster',
          };
  return undefined;
}
