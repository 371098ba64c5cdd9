import { field } from '../text/field.ts';
import type { Safe } from '../text/safe.ts';
import { isRecord } from './kubeconfig-file.ts';
import type { Transport } from './transport.ts';

/** What the API server serves beside its core group. */
export interface Discovery {
  /** Groups with their preferred version; null until the first answer. */
  readonly groups: () => ReadonlyMap<string, Safe> | null;
  /** The version under which a resource is served; undefined when it is not. Waits for an answer under way. */
  readonly versionOf: (group: string, resource: string, signal: AbortSignal) => Promise<string | undefined>;
  /** Asks again; calls that come while one is under way share it. */
  readonly refresh: () => Promise<void>;
}

interface Group {
  readonly preferred: string;
  /** Versions, best first, with their resources; null where the server does not list them in one answer. */
  readonly versions: readonly { readonly version: string; readonly resources: ReadonlySet<string> | null }[];
}

const PLAIN = 'application/json';
const AGGREGATED = [
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
  'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList',
  'application/json',
].join(',');

/**
 * The plain list of groups, which is small, tells what there is. Which versions a resource has is asked once, and only
 * when one was not found in the version that was expected.
 */
export function openDiscovery(transport: Transport, signal: AbortSignal, onChange: () => void): Discovery {
  let known: ReadonlyMap<string, Group> | null = null;
  let isDetailed = false;
  let groups: ReadonlyMap<string, Safe> | null = null;
  let asking: Promise<void> | null = null;

  const ask = async (accept: string): Promise<void> => {
    const answer = await transport.request('GET', '/apis', {
      accept,
      deadlineMs: 10_000,
      signal,
    });
    const read = answer.ok ? readGroups(answer.json) : null;
    if (read === null) return;
    known = read;
    isDetailed = accept === AGGREGATED;
    const next = new Map([...read].map(([name, group]) => [field(name) as string, field(group.preferred)]));
    if (groups !== null && sameEntries(groups, next)) return;
    groups = next;
    onChange();
  };
  const refresh = (accept = isDetailed ? AGGREGATED : PLAIN): Promise<void> => {
    asking ??= ask(accept).finally(() => {
      asking = null;
    });
    return asking;
  };
  return {
    groups: () => groups,
    versionOf: async (group, resource, waiting) => {
      if (asking !== null) await asking;
      else if (known === null && !waiting.aborted) await refresh();
      if (!isDetailed && known?.has(group) === true && !waiting.aborted) await refresh(AGGREGATED);
      const versions = known?.get(group)?.versions ?? [];
      return versions.find(entry => entry.resources?.has(resource) ?? true)?.version;
    },
    refresh: () => refresh(),
  };
}

function readGroups(json: unknown): Map<string, Group> | null {
  if (!isRecord(json)) return null;
  if (json.kind === 'APIGroupDiscoveryList') return collect(json.items, readAggregated);
  return json.kind === 'APIGroupList' ? collect(json.groups, readPlain) : null;
}

function collect(
  items: unknown,
  read: (item: Record<string, unknown>) => [string, Group] | undefined,
): Map<string, Group> | null {
  if (!Array.isArray(items)) return null;
  return new Map(
    items.flatMap(item => (isRecord(item) ? [read(item)] : [])).filter(entry => entry !== undefined),
  );
}

function readAggregated(item: Record<string, unknown>): [string, Group] | undefined {
  const name = isRecord(item.metadata) ? item.metadata.name : undefined;
  const versions = records(item.versions).flatMap(({ version, resources }) =>
    typeof version === 'string'
      ? [{ version, resources: new Set(records(resources).map(entry => String(entry.resource))) }]
      : [],
  );
  const first = versions[0];
  if (typeof name !== 'string' || first === undefined) return undefined;
  return [name, { preferred: first.version, versions }];
}

function readPlain(item: Record<string, unknown>): [string, Group] | undefined {
  const preferred = isRecord(item.preferredVersion) ? item.preferredVersion.version : undefined;
  if (typeof item.name !== 'string' || typeof preferred !== 'string') return undefined;
  const others = records(item.versions).flatMap(({ version }) =>
    typeof version === 'string' && version !== preferred ? [version] : [],
  );
  const versions = [preferred, ...others].map(version => ({ version, resources: null }));
  return [item.name, { preferred, versions }];
}

function records(raw: unknown): Record<string, unknown>[] {
  return Array.isArray(raw) ? raw.filter(isRecord) : [];
}

function sameEntries(a: ReadonlyMap<string, Safe>, b: ReadonlyMap<string, Safe>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}
