import type { Json } from '../../world.ts';
import { tabbed } from '../columns.ts';
import { collectionPath } from '../paths.ts';
import { ToolFailure } from '../tool.ts';
import { conditionOf, type FluxCall } from './call.ts';
import { type FluxKind, HELM_RELEASE, KUSTOMIZATION, readKind, SOURCES } from './kinds.ts';
import { revisionOf } from './reconcile.ts';

/** `flux get all|KIND [-A]`: what the objects say of themselves, which can be old. */
export async function get(flux: FluxCall): Promise<number> {
  const [word = ''] = flux.words;
  if (word === 'all') {
    for (const kind of [...Object.values(SOURCES), HELM_RELEASE, KUSTOMIZATION]) {
      const text = await table(flux, kind, `${kind.kind.toLowerCase()}/`);
      if (text) flux.call.out(`${text}\n`);
    }
    return 0;
  }
  const found = readKind(flux.words);
  if (!found) throw new ToolFailure(`unknown command "${flux.words.join(' ')}" for "flux get"`);
  const text = await table(flux, found.kind, '', found.rest[0]);
  if (text) flux.call.out(text);
  else flux.call.err(`✗ no ${found.kind.kind} objects found in ${flux.namespace} namespace\n`);
  return text ? 0 : 1;
}

async function table(flux: FluxCall, kind: FluxKind, prefix: string, name?: string): Promise<string> {
  const everywhere = flux.flags.has('all-namespaces');
  const found = await flux.api.find(
    collectionPath(kind.apiVersion, kind.plural, everywhere ? undefined : flux.namespace),
  );
  const objects = ((found?.items ?? []) as Json[]).filter(
    one => name === undefined || one.metadata.name === name,
  );
  if (objects.length === 0) return '';
  const head = ['NAME', 'REVISION', 'SUSPENDED', 'READY', 'MESSAGE'];
  const rows = objects.map(one => [...(everywhere ? [one.metadata.namespace] : []), ...rowOf(one, prefix)]);
  return tabbed([[...(everywhere ? ['NAMESPACE'] : []), ...head], ...rows].map(row => [...row, '']));
}

function rowOf(object: Json, prefix: string): string[] {
  const ready = conditionOf(object, 'Ready');
  return [
    `${prefix}${object.metadata.name}`,
    shortened(revisionOf(object)),
    object.spec?.suspend ? 'True' : 'False',
    ready?.status ?? 'Unknown',
    shortened(ready?.message ?? 'waiting to be reconciled'),
  ];
}

/** Commit hashes are cut to eight digits. */
function shortened(text: string): string {
  return text.replaceAll(/(sha1:[0-9a-f]{8})[0-9a-f]{32}/g, '$1');
}
