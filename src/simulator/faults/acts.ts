import { applyObject } from '../controllers/apply-object.ts';
import type { Life } from '../controllers/switches.ts';
import { releaseObjects } from '../seed/releases.ts';
import { valuesOf } from '../seed/seed-cluster.ts';
import type { Json } from '../world.ts';

/** `kubectl delete`. */
export function remove(life: Life, resource: string, namespace: string | undefined, name: string): void {
  life.world.remove(resource, namespace, name);
}

/** `kubectl delete pod -l key=value`. */
export function removePods(life: Life, namespace: string, key: string, value: string): void {
  for (const pod of life.world.list('/pods', namespace)) {
    if (pod.metadata.labels?.[key] === value) life.world.remove('/pods', namespace, pod.metadata.name);
  }
}

/** `kubectl scale deployment`. */
export function scale(life: Life, namespace: string, name: string, replicas: number): void {
  life.world.update('apps/deployments', namespace, name, draft => {
    draft.spec.replicas = replicas;
  });
}

/** Applies what a release consists of, all of it or only some kinds. */
export function restore(life: Life, release: string, choose: (object: Json) => boolean = () => true): void {
  for (const object of releaseObjects(release, valuesOf(release)).filter(choose))
    applyObject(life.world, object);
}

/** A commit reaches the repository, and its webhook tells Flux. */
export function push(life: Life, change: (paths: Map<string, Json[]>) => void): void {
  const { git } = life.switches;
  change(git.paths);
  const seed = git.revision.slice(-40);
  git.revision = `refs/heads/main@sha1:${seed.slice(7)}${seed.slice(0, 7)}`;
  const repositories = 'source.toolkit.fluxcd.io/gitrepositories';
  if (life.world.get(repositories, 'flux-system', 'flux-system')) {
    life.world.update(repositories, 'flux-system', 'flux-system', draft => {
      const requestedAt = new Date(life.clock.now()).toISOString();
      draft.metadata.annotations = {
        ...draft.metadata.annotations,
        'reconcile.fluxcd.io/requestedAt': requestedAt,
      };
    });
  }
  life.switches.notify();
}

/** Machines go through a restart: every pod on them needs a new sandbox. */
export function reboot(life: Life, nodes: readonly string[]): void {
  for (const node of nodes) life.switches.rebooted.add(node);
}

export function nodeNames(life: Life): string[] {
  return life.world.list('/nodes').map(node => node.metadata.name);
}
