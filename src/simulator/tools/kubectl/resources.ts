import type { Json } from '../../world.ts';
import { collectionPath } from '../paths.ts';
import { ToolFailure } from '../tool.ts';
import type { KubectlCall } from './call.ts';

/** A kind the server serves, as discovery tells it. */
export interface Kind {
  readonly group: string;
  readonly apiVersion: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly short: readonly string[];
  readonly namespaced: boolean;
}

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';

/** Every kind of the server, the core ones first. */
export async function discover({ api }: KubectlCall): Promise<readonly Kind[]> {
  const documents = [
    await api.send('/api', { accept: AGGREGATED }),
    await api.send('/apis', { accept: AGGREGATED }),
  ];
  return documents.flatMap(document => document.items.flatMap(kindsOf));
}

function kindsOf(group: Json): Kind[] {
  const name: string = group.metadata?.name ?? '';
  return group.versions.flatMap(({ version, resources }: Json) =>
    resources.map((one: Json) => ({
      group: name,
      apiVersion: name ? `${name}/${version}` : version,
      plural: one.resource,
      singular: one.singularResource ?? one.resource,
      kind: one.responseKind.kind,
      short: one.shortNames ?? [],
      namespaced: one.scope === 'Namespaced',
    })),
  );
}

/** The kind a word such as `ds`, `nodes` or `helmreleases.helm.toolkit.fluxcd.io` means. Throws in kubectl's words. */
export function kindCalled(kinds: readonly Kind[], word: string): Kind {
  const [name = '', ...rest] = word.toLowerCase().split('.');
  const group = rest.join('.');
  const found = kinds.find(
    one =>
      (one.plural === name || one.singular === name || one.short.includes(name)) &&
      (group === '' || one.group === group || one.group.startsWith(`${group}.`)),
  );
  if (found) return found;
  throw new ToolFailure(`error: the server doesn't have a resource type "${word}"`);
}

/** One kind and the names asked for; none stands for all. */
export interface Asked {
  readonly kind: Kind;
  readonly names: readonly string[];
}

/** Reads `TYPE[,TYPE] [NAME...]` or `TYPE/NAME...`. */
export function readAsked(kinds: readonly Kind[], words: readonly string[]): readonly Asked[] {
  const [first = '', ...names] = words;
  if (first === '') throw new ToolFailure('error: You must specify the type of resource to get.');
  if (!first.includes('/')) return first.split(',').map(word => ({ kind: kindCalled(kinds, word), names }));
  return words.map(word => {
    const [type = '', name = ''] = word.split('/');
    return { kind: kindCalled(kinds, type), names: [name] };
  });
}

export function collectionOf(kind: Kind, namespace: string | undefined): string {
  return collectionPath(kind.apiVersion, kind.plural, kind.namespaced ? namespace : undefined);
}

/** `daemonset.apps/cilium`, `node/k8s-1` */
export function shownName(kind: Kind, name: string): string {
  return `${kind.singular}${kind.group ? `.${kind.group}` : ''}/${name}`;
}
