import type { HelmRelease, Kustomization, Source } from '../cluster/kinds.ts';
import type { ObjectRef } from '../cluster/object-ref.ts';
import type { Safe } from '../text/safe.ts';
import type { Problem } from './problems.ts';

export type AppKind = 'Kustomization' | 'HelmRelease';
export type SourceKind = 'GitRepository' | 'OCIRepository' | 'HelmRepository' | 'HelmChart' | 'Bucket';

/** What is wrong with one object, by its own words. */
export interface Fault {
  readonly problem: Problem;
  readonly message: Safe;
  readonly signature: string | null;
  readonly since: number | null;
}

/**
 * How one object of Flux stands. `waiting`: it says that it waits for something else; `failing`: by its own fault as far as
 * it tells. Which of them is the first is found by following what they wait for.
 */
export type Standing =
  | { readonly state: 'ready' | 'suspended' | 'progressing' }
  | { readonly state: 'failing' | 'waiting'; readonly fault: Fault };

/** What an object needs: what it depends on, where its manifests come from, what it applied and waits to become healthy. */
export interface Need {
  readonly key: string;
  readonly as: 'dependency' | 'source' | 'health' | 'namespace';
}

/** A node of the graph: keys are `Kind/namespace/name`. */
export interface Item {
  readonly key: string;
  readonly ref: ObjectRef;
  readonly standing: Standing;
  readonly needs: readonly Need[];
}

export interface App extends Item {
  readonly kind: AppKind;
  readonly object: Kustomization | HelmRelease;
}

export interface SourceItem extends Item {
  readonly object: Source;
}

/** `Kind/namespace/name`. */
export function keyOf(kind: string, namespace: string | undefined, name: string): string {
  return `${kind}/${namespace ?? ''}/${name}`;
}
