import type { Json, Stored } from '../world.ts';
import { type CustomColumn, RESOURCES, type Resource } from './resources.ts';

/** Which kinds the server serves right now: the built-in ones and those that definitions brought. */
export interface Registry {
  all(): readonly Resource[];
  byKey(key: string): Resource | undefined;
  /** By group, served version and plural name. */
  find(group: string, version: string, plural: string): Resource | undefined;
  byKind(group: string, kind: string): Resource | undefined;
  add(resource: Resource): void;
  drop(key: string): void;
}

export function createRegistry(): Registry {
  const resources = new Map(RESOURCES.map(resource => [resource.key, resource]));
  return {
    all: () => [...resources.values()],
    byKey: key => resources.get(key),
    find: (group, version, plural) => {
      const resource = resources.get(`${group}/${plural}`);
      return resource?.versions.includes(version) ? resource : undefined;
    },
    byKind: (group, kind) =>
      [...resources.values()].find(resource => resource.group === group && resource.kind === kind),
    add: resource => {
      resources.set(resource.key, resource);
    },
    drop: key => {
      resources.delete(key);
    },
  };
}

/** Reads a CustomResourceDefinition; the server orders versions by stability, and so does this. */
export function resourceOfDefinition(definition: Stored): Resource {
  const { group, names, scope, versions } = definition.spec;
  const served: Json[] = versions.filter((version: Json) => version.served !== false);
  const storage: Json = versions.find((version: Json) => version.storage) ?? versions[0];
  const scale = storage.subresources?.scale;
  return {
    key: `${group}/${names.plural}`,
    group,
    versions: served.map(version => String(version.name)).toSorted(byStability),
    storage: storage.name,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    kind: names.kind,
    listKind: names.listKind ?? `${names.kind}List`,
    namespaced: scope === 'Namespaced',
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    verbs: ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'],
    subresources: Object.keys(storage.subresources ?? {}),
    generation: true,
    columns: Object.fromEntries(
      served.map(version => [version.name, (version.additionalPrinterColumns ?? []) as CustomColumn[]]),
    ),
    ...(scale
      ? {
          scale: {
            spec: scale.specReplicasPath,
            status: scale.statusReplicasPath,
            ...(scale.labelSelectorPath ? { selector: scale.labelSelectorPath } : {}),
          },
        }
      : {}),
  };
}

/** v2 before v1 before v1beta2 before v1alpha1. */
function byStability(a: string, b: string): number {
  const rank = (version: string): readonly number[] => {
    const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
    if (!match) return [-1, 0, 0];
    const stage = match[2] === 'alpha' ? 0 : match[2] === 'beta' ? 1 : 2;
    return [stage, Number(match[1]), Number(match[3] ?? 0)];
  };
  const left = rank(a);
  const right = rank(b);
  for (const [index, value] of left.entries()) {
    if (value !== right[index]) return (right[index] ?? 0) - value;
  }
  return a.localeCompare(b);
}
