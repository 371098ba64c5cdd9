import type { Kustomization } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { field } from '../text/field.ts';
import type { Safe } from '../text/safe.ts';
import { keyOf } from './apps-model.ts';
import { compare } from './judgement.ts';

const parentName = 'kustomize.toolkit.fluxcd.io/name';
const parentNamespace = 'kustomize.toolkit.fluxcd.io/namespace';

/**
 * The Kustomizations at the top of the tree: in the namespace of Flux, applied by none but themselves, and with others
 * below (or the only ones there). When one of them fails, nothing in Git arrives any more.
 */
export function rootKustomizations(snapshot: Snapshot): readonly Kustomization[] {
  const all = [...snapshot.streams.kustomizations.items.values()];
  const tops = all.filter(one => one.metadata.namespace === snapshot.fluxNamespace && isTop(one));
  const parents = new Set(
    all.filter(one => !isTop(one)).map(one => one.metadata.labels?.[parentName] as string | undefined),
  );
  const leading = tops.filter(one => parents.has(one.metadata.name));
  return (leading.length > 0 ? leading : tops.length === 1 ? tops : []).toSorted((a, b) =>
    compare(a.metadata.name, b.metadata.name),
  );
}

/** Keys of the roots and of the sources that they are built from. */
export function rootKeys(snapshot: Snapshot): ReadonlySet<string> {
  return new Set(
    rootKustomizations(snapshot).flatMap(({ metadata, spec }) => {
      const own = keyOf('Kustomization', metadata.namespace, metadata.name);
      const from = spec?.sourceRef;
      if (from?.kind === undefined || from.name === undefined) return [own];
      return [own, keyOf(from.kind, from.namespace ?? metadata.namespace, from.name)];
    }),
  );
}

/** What of Git is applied, short: `main@4f1c2a9`; null when no root ever applied anything. */
export function rootRevision(snapshot: Snapshot): Safe | null {
  for (const { status } of rootKustomizations(snapshot)) {
    const revision = status?.lastAppliedRevision;
    if (revision !== undefined) return shortRevision(revision);
  }
  return null;
}

/** `refs/heads/main@sha1:4f1c2a9e...` becomes `main@4f1c2a9`; a revision of another form stays as it is. */
export function shortRevision(revision: Safe): Safe {
  const parts = /^(?:refs\/heads\/)?([^@]{0,200})@(?:sha\d{1,3}:)?([0-9a-f]{7})[0-9a-f]{0,120}$/.exec(
    revision,
  );
  return parts === null ? revision : field(parts[1] === '' ? parts[2] : `${parts[1]}@${parts[2]}`);
}

function isTop({ metadata }: Kustomization): boolean {
  const name = metadata.labels?.[parentName];
  if (name === undefined) return true;
  return name === metadata.name && metadata.labels?.[parentNamespace] === metadata.namespace;
}
