import { APPLY_PATCH } from '../api.ts';
import type { KubectlCall } from './call.ts';
import { documentsOf, kindOf } from './manifest.ts';
import { collectionOf, discover, shownName } from './resources.ts';

/** `kubectl apply --server-side -f FILE`. */
export async function apply(kubectl: KubectlCall): Promise<number> {
  const { api, call, flags, namespace } = kubectl;
  const kinds = await discover(kubectl);
  const force = flags.has('force-conflicts');
  for (const file of flags.values('filename')) {
    for (const object of documentsOf(file, call.cwd)) {
      const kind = kindOf(kinds, object, file);
      const { name } = object.metadata;
      const query = `?fieldManager=${flags.value('field-manager') ?? 'kubectl'}&force=${force}`;
      const path = `${collectionOf(kind, object.metadata.namespace ?? namespace)}/${name}${query}`;
      await api.send(path, { method: 'PATCH', type: APPLY_PATCH, body: object });
      call.out(`${shownName(kind, name)} serverside-applied\n`);
    }
  }
  return 0;
}
