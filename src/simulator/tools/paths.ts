import { resourceOf } from '../seed/builders.ts';
import type { Json } from '../world.ts';

/** The path of a collection: `apps/v1`, `daemonsets` and a namespace give `/apis/apps/v1/namespaces/N/daemonsets`. */
export function collectionPath(apiVersion: string, plural: string, namespace?: string): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}${namespace ? `/namespaces/${namespace}` : ''}/${plural}`;
}

/** The path of the collection an object of a chart belongs to. */
export function collectionOf(object: Json): string {
  const plural = resourceOf(object).split('/')[1] ?? '';
  return collectionPath(object.apiVersion, plural, object.metadata.namespace);
}

export function pathOf(object: Json): string {
  return `${collectionOf(object)}/${object.metadata.name}`;
}
