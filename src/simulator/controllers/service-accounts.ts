import type { Life } from './switches.ts';

/** Gives each new namespace its default service account, without which no pod is accepted there. */
export function startServiceAccounts({ world, clock, switches }: Life): () => void {
  const make = (namespace: string): void => {
    const found = world.get('/namespaces', undefined, namespace);
    const isThere = found !== undefined && found.metadata.deletionTimestamp === undefined;
    if (switches.frozenControllers || !isThere || world.get('/serviceaccounts', namespace, 'default')) return;
    world.create('/serviceaccounts', { metadata: { name: 'default', namespace } });
  };
  return world.subscribe(({ resource, type, object }) => {
    if (resource === '/namespaces' && type === 'ADDED') clock.after(200, () => make(object.metadata.name));
  });
}
