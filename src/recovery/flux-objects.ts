import { type ObjectRef, refText } from '../cluster/object-ref.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import type { StreamId } from '../cluster/streams.ts';
import { type Safe, say } from '../text/safe.ts';
import type { Bench } from './action.ts';

/** The stream in which each kind that Flux can be asked to reconcile is seen; both bear the name of the resource. */
export const streamIds = {
  FluxInstance: 'fluxinstances',
  Kustomization: 'kustomizations',
  HelmRelease: 'helmreleases',
  GitRepository: 'gitrepositories',
  OCIRepository: 'ocirepositories',
  HelmRepository: 'helmrepositories',
  HelmChart: 'helmcharts',
  Bucket: 'buckets',
} as const satisfies Readonly<Record<string, StreamId>>;

type FluxKind = keyof typeof streamIds;

/** There can be thousands, and every finding asks: built once per snapshot, which never changes. */
const known = new WeakMap<Snapshot, ReadonlyMap<Safe, ObjectRef>>();

/** Everything that Flux can be asked to reconcile, by the text of its reference. */
export function fluxObjects(bench: Bench): ReadonlyMap<Safe, ObjectRef> {
  const found = known.get(bench.snapshot) ?? new Map(listAll(bench).map(object => [refText(object), object]));
  known.set(bench.snapshot, found);
  return found;
}

function listAll(bench: Bench): readonly ObjectRef[] {
  return (Object.keys(streamIds) as (FluxKind & Safe)[]).flatMap(kind =>
    [...bench.snapshot.streams[streamIds[kind as FluxKind]].items.values()].map(({ metadata }) => ({
      kind,
      namespace: metadata.namespace ?? null,
      name: metadata.name,
    })),
  );
}

export function isFluxKind(kind: string): kind is FluxKind {
  return Object.hasOwn(streamIds, kind);
}

/** Everything of Flux that has a switch to suspend it; a FluxInstance has none. */
export function suspendable(bench: Bench): readonly ObjectRef[] {
  return [...fluxObjects(bench).values()].filter(object => object.kind !== say`FluxInstance`);
}

/** False also when the object is not known. */
export function isSuspended(object: ObjectRef, bench: Bench): boolean {
  const kind: string = object.kind;
  if (!isFluxKind(kind) || kind === 'FluxInstance') return false;
  const found = bench.snapshot.streams[streamIds[kind]].items.get(`${object.namespace}/${object.name}`);
  return found?.spec?.suspend === true;
}

/** Set on what a plan suspends for its own time, so that it is found again when the plan did not get to resume it. */
export const suspendedMark = 'groundup.dev/suspended';

/** HelmReleases that one of our plans suspended and did not resume. */
export function suspendedByUs(bench: Bench): readonly ObjectRef[] {
  return [...bench.snapshot.streams.helmreleases.items.values()].flatMap(({ metadata, spec }) =>
    spec?.suspend === true && metadata.annotations?.[suspendedMark] !== undefined
      ? [{ kind: say`HelmRelease`, namespace: metadata.namespace ?? null, name: metadata.name }]
      : [],
  );
}
