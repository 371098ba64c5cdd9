import { ApiFailure, type Json, type ResourceKey } from '../world.ts';
import type { Life } from './switches.ts';

/** The API server's quota on the number of pods of a namespace: one more than allowed is refused. */
export function startQuotas(life: Life): () => void {
  const admit = (request: { resource: ResourceKey; operation: 'CREATE' | 'UPDATE'; object: Json }): void => {
    const { resource, operation, object } = request;
    if (resource !== '/pods' || operation !== 'CREATE') return;
    const { namespace, name, generateName } = object.metadata;
    const used = life.world.list('/pods', namespace).filter(isCounted).length;
    for (const quota of life.world.list('/resourcequotas', namespace)) {
      const most = quota.spec?.hard?.pods;
      if (most === undefined || used + 1 <= Number(most)) continue;
      throw new ApiFailure(
        403,
        'Forbidden',
        `pods "${name ?? generateName}" is forbidden: exceeded quota: ${quota.metadata.name}, requested: pods=1, used: pods=${used}, limited: pods=${most}`,
        { name: name ?? '', kind: 'pods' },
      );
    }
  };
  life.behaviour.admission.push(admit);
  return () => {
    life.behaviour.admission = life.behaviour.admission.filter(one => one !== admit);
  };
}

function isCounted(pod: Json): boolean {
  return pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed';
}
