import { resourceOf } from '../seed/builders.ts';
import type { Stored } from '../world.ts';
import { conditionOf } from './objects.ts';
import type { Life } from './switches.ts';

/** The sentence about the first dependency that is missing, not ready or not yet on the revision of the source. */
export function dependencyProblem(life: Life, object: Stored, revision?: string): string | undefined {
  for (const dependency of object.spec.dependsOn ?? []) {
    const namespace = dependency.namespace ?? object.metadata.namespace;
    const id = `${namespace}/${dependency.name}`;
    const other = life.world.get(resourceOf(object), namespace, dependency.name);
    if (other === undefined) return `dependency '${id}' not found`;
    const ready = conditionOf(other, 'Ready');
    const observed = ready?.observedGeneration === other.metadata.generation;
    if (ready?.status !== 'True' || !observed) return `dependency '${id}' is not ready`;
    if (revision && other.status?.lastAppliedRevision !== revision)
      return `dependency '${id}' revision is not up to date`;
  }
  return undefined;
}
