import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Json } from '../../world.ts';
import { ToolFailure } from '../tool.ts';
import type { Kind } from './resources.ts';

/** The objects in a file; `-` is stdin. */
export function documentsOf(file: string, cwd: string): Json[] {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : resolve(cwd, file), 'utf8');
  } catch {
    throw new ToolFailure(`error: the path "${file}" does not exist`);
  }
  return parseAllDocuments(text)
    .flatMap(one => ('toJS' in one ? [one.toJS()] : []))
    .filter(Boolean);
}

/** The kind of an object in a file. Throws in kubectl's words when the server does not serve it. */
export function kindOf(kinds: readonly Kind[], object: Json, file: string): Kind {
  const found = kinds.find(one => one.kind === object.kind && one.apiVersion === object.apiVersion);
  if (found) return found;
  const { name, namespace = '' } = object.metadata;
  throw new ToolFailure(
    `error: resource mapping not found for name: "${name}" namespace: "${namespace}" from "${file}": no matches for kind "${object.kind}" in version "${object.apiVersion}"\nensure CRDs are installed first`,
  );
}
