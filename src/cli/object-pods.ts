import { kinds, type Pod } from '../cluster/kinds.ts';
import type { ObjectRef } from '../cluster/object-ref.ts';
import { field } from '../text/field.ts';
import type { Safe } from '../text/safe.ts';
import { type Asked, objectPath, podsPath } from './object-path.ts';

export interface RelatedPods {
  readonly pods: readonly Pod[];
  /** Why they could not be listed. */
  readonly message: Safe | null;
}

const MOST_PODS = 50;
/** Workloads of an application that are looked into; the first failing pod is among the first ones or it is not one. */
const MOST_WORKLOADS = 8;

/** The pods that belong to an object, as it stands on the API server: by its selector, its node, or what it deployed. */
export async function relatedPods(
  raw: unknown,
  ref: ObjectRef,
  cluster: Asked,
  signal: AbortSignal,
): Promise<RelatedPods> {
  const object = (raw ?? {}) as Loose;
  switch (ref.kind as string) {
    case 'Pod':
      return none;
    case 'Node':
      return list(cluster, signal, null, { fieldSelector: `spec.nodeName=${ref.name}` });
    case 'HelmRelease':
      return ofHelmRelease(object, ref, cluster, signal);
    case 'Kustomization':
      return ofInventory(object, cluster, signal);
    default: {
      const labelSelector = selectorOf(object, ref.kind);
      return labelSelector === null ? none : list(cluster, signal, ref.namespace, { labelSelector });
    }
  }
}

const none: RelatedPods = { pods: [], message: null };

/** An object that was not read through a reader: any field may be missing or of another type. */
interface Loose {
  readonly spec?: {
    readonly selector?: unknown;
    readonly releaseName?: unknown;
    readonly targetNamespace?: unknown;
  };
  readonly status?: { readonly inventory?: { readonly entries?: unknown } };
}

function selectorOf({ spec }: Loose, kind: string): string | null {
  const selector = spec?.selector;
  if (typeof selector !== 'object' || selector === null) return null;
  if (kind === 'Service') return labels(selector);
  const { matchLabels, matchExpressions } = selector as { matchLabels?: object; matchExpressions?: unknown };
  const parts = [labels(matchLabels ?? {}), ...expressions(matchExpressions)].filter(part => part !== null);
  return parts.length === 0 ? null : parts.join(',');
}

function labels(map: object): string | null {
  const parts = Object.entries(map).map(([key, value]) => `${key}=${String(value)}`);
  return parts.length === 0 ? null : parts.join(',');
}

function expressions(raw: unknown): readonly string[] {
  if (!Array.isArray(raw)) return [];
  return raw.flatMap(({ key, operator, values }: { key?: string; operator?: string; values?: string[] }) => {
    if (key === undefined) return [];
    const set = `(${(values ?? []).join(',')})`;
    const forms: Readonly<Record<string, string>> = {
      In: `${key} in ${set}`,
      NotIn: `${key} notin ${set}`,
      Exists: key,
      DoesNotExist: `!${key}`,
    };
    return forms[operator ?? ''] ?? [];
  });
}

/** By the label that charts put on their pods; charts that do not are found through their workloads only. */
function ofHelmRelease(
  { spec }: Loose,
  ref: ObjectRef,
  cluster: Asked,
  signal: AbortSignal,
): Promise<RelatedPods> {
  const target = typeof spec?.targetNamespace === 'string' ? spec.targetNamespace : null;
  const named = typeof spec?.releaseName === 'string' ? spec.releaseName : null;
  const release = named ?? (target === null ? ref.name : `${target}-${ref.name}`);
  const labelSelector = `app.kubernetes.io/instance=${release}`;
  return list(cluster, signal, target ?? ref.namespace, { labelSelector });
}

/** An inventory names what was applied: `namespace_name_group_Kind`. */
async function ofInventory({ status }: Loose, cluster: Asked, signal: AbortSignal): Promise<RelatedPods> {
  const entries = status?.inventory?.entries;
  const refs = (Array.isArray(entries) ? entries : []).flatMap(({ id }: { id?: unknown }) => {
    const [namespace = '', name = '', , kind = ''] = String(id).split('_');
    const isWorkload = ['Deployment', 'StatefulSet', 'DaemonSet', 'HelmRelease'].includes(kind);
    return isWorkload ? [{ kind: field(kind), namespace: field(namespace), name: field(name) }] : [];
  });
  const pods: Pod[] = [];
  let message: Safe | null = null;
  for (const ref of refs.slice(0, MOST_WORKLOADS)) {
    const read = await getObject(ref, cluster, signal);
    if (!read.ok) {
      message = read.message;
      continue;
    }
    const found = await relatedPods(read.json, ref, cluster, signal);
    pods.push(...found.pods);
    message ??= found.message;
  }
  return { pods: pods.slice(0, MOST_PODS), message: pods.length > 0 ? null : message };
}

/** One object, or the sentence that says why not. */
export async function getObject(
  ref: ObjectRef,
  cluster: Asked,
  signal: AbortSignal,
): Promise<
  | { readonly ok: true; readonly json: unknown }
  | { readonly ok: false; readonly status: number | null; readonly message: Safe }
> {
  const place = await objectPath(ref, cluster, signal);
  if (!place.ok) return { ...place, status: null };
  const answer = await cluster.request('GET', place.path, { deadlineMs: 10_000, signal });
  return answer.ok
    ? { ok: true, json: answer.json }
    : { ok: false, status: answer.status, message: answer.message };
}

async function list(
  cluster: Asked,
  signal: AbortSignal,
  namespace: string | null,
  query: { readonly labelSelector?: string; readonly fieldSelector?: string },
): Promise<RelatedPods> {
  const answer = await cluster.request('GET', podsPath(namespace), {
    query: { ...query, limit: MOST_PODS },
    deadlineMs: 10_000,
    signal,
  });
  if (!answer.ok) return { pods: [], message: answer.message };
  const { items } = (answer.json ?? {}) as { items?: unknown };
  const pods = (Array.isArray(items) ? items : []).flatMap(item => kinds.pods.read(item) ?? []);
  return { pods, message: null };
}
