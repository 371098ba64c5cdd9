import { randomUUID } from 'node:crypto';
import type { Json, Stored } from '../world.ts';
import { forbidden, notFound } from './failures.ts';
import { copy, timestamp } from './json.ts';
import type { Resource } from './resources.ts';

export interface RemoveOptions {
  /** Seconds a pod gets to end; other kinds have no grace. */
  readonly grace?: number;
  readonly orphan?: boolean;
  /** Keeps the owner, marked as being deleted, until its dependants are gone. */
  readonly foreground?: boolean;
}

const SUFFIX = 'bcdfghjklmnpqrstvwxz2456789';

/** A copy of what is to be created, with the metadata that the server gives. */
export function newDraft(resource: Resource, object: Json, now: number): Json {
  const draft = copy(object);
  const meta = { ...draft.metadata };
  if (!meta.name && meta.generateName) {
    const pick = (): string => SUFFIX.charAt(Math.floor(Math.random() * SUFFIX.length));
    meta.name = meta.generateName + Array.from({ length: 5 }, pick).join('');
  }
  if (!resource.namespaced) delete meta.namespace;
  meta.uid ??= randomUUID();
  meta.creationTimestamp ??= timestamp(now);
  if (resource.generation) meta.generation ??= 1;
  else delete meta.generation;
  draft.metadata = meta;
  draft.apiVersion = resource.group ? `${resource.group}/${resource.storage}` : resource.storage;
  draft.kind = resource.kind;
  return draft;
}

/** Throws 404 for a namespace that is not there, 403 for one on its way out. */
export function checkNamespace(
  resource: Resource,
  meta: Stored['metadata'],
  found: Stored | undefined,
): void {
  const space = meta.namespace ?? '';
  if (!found) throw notFound({ group: '', plural: 'namespaces' }, space);
  if (!found.metadata.deletionTimestamp) return;
  const why = `unable to create new content in namespace ${space} because it is being terminated`;
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${space} is being terminated`,
    field: 'metadata.namespace',
  };
  throw forbidden(resource, meta.name, why, { causes: [cause] });
}

const KEPT: readonly (keyof Stored['metadata'])[] = [
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
];

/** Whatever a change did to them, these stay as they are. */
export function keepIdentity(draft: Json, old: Stored): void {
  draft.apiVersion = old.apiVersion;
  draft.kind = old.kind;
  draft.metadata ??= {};
  for (const field of KEPT) {
    if (old.metadata[field] === undefined) delete draft.metadata[field];
    else draft.metadata[field] = old.metadata[field];
  }
}

/** All but metadata and status: what a generation counts. */
export function essence(object: Json): Json {
  const { metadata: _metadata, status: _status, ...rest } = object;
  return rest;
}

/** Marked as deleted and nothing holds it any more. */
export function isSpent(object: Json): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata;
  if (!deletionTimestamp || finalizers?.length || (deletionGracePeriodSeconds ?? 0) > 0) return false;
  return !(object.kind === 'Namespace' && object.spec?.finalizers?.length);
}

/** Marks an object as being deleted, or shortens the time a marked one has left. */
export function markDeleted(resource: Resource, draft: Json, options: RemoveOptions, now: number): void {
  const grace = resource.key === '/pods' ? podGrace(draft, options.grace) : 0;
  const meta = draft.metadata;
  const shorter = meta.deletionTimestamp && grace < (meta.deletionGracePeriodSeconds ?? 0);
  if (!meta.deletionTimestamp || shorter) {
    if (!meta.deletionTimestamp && meta.generation) meta.generation += 1;
    meta.deletionTimestamp = timestamp(now + grace * 1000);
    meta.deletionGracePeriodSeconds = grace;
  }
  if (resource.key === '/namespaces') draft.status = { ...draft.status, phase: 'Terminating' };
}

/** A pod that no kubelet runs goes at once; any other waits for its kubelet, who removes it with grace 0. */
function podGrace(pod: Json, asked: number | undefined): number {
  const phase = pod.status?.phase;
  if (!pod.spec?.nodeName || phase === 'Succeeded' || phase === 'Failed') return 0;
  return asked ?? pod.spec.terminationGracePeriodSeconds ?? 30;
}
