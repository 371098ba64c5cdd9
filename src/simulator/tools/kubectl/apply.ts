import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Json } from '../../world.ts';
import { APPLY_PATCH } from '../api.ts';
import { ToolFailure } from '../tool.ts';
import type { KubectlCall } from './call.ts';
import { collectionOf, discover, shownName } from './resources.ts';

/** `kubectl apply --server-side -f FILE`. */
export async function apply(kubectl: KubectlCall): Promise<number> {
  const { api, call, flags, namespace } = kubectl;
  const kinds = await discover(kubectl);
  const force = flags.has('force-conflicts');
  for (const file of flags.values('filename')) {
    for (const object of documentsOf(file, call.cwd)) {
      const kind = kinds.find(one => one.kind === object.kind && one.apiVersion === object.apiVersion);
      const { name } = object.metadata;
      if (!kind) {
        throw new ToolFailure(
          `error: resource mapping not found for name: "${name}" namespace: "${object.metadata.namespace ?? ''}" from "${file}": no matches for kind "${object.kind}" in version "${object.apiVersion}"\nensure CRDs are installed first`,
        );
      }
      const query = `?fieldManager=${flags.value('field-manager') ?? 'kubectl'}&force=${force}`;
      const path = `${collectionOf(kind, object.metadata.namespace ?? namespace)}/${name}${query}`;
      await api.send(path, { method: 'PATCH', type: APPLY_PATCH, body: object });
      call.out(`${shownName(kind, name)} serverside-applied\n`);
    }
  }
  return 0;
}

function documentsOf(file: string, cwd: string): Json[] {
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
