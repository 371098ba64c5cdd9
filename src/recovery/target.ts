import type { ObjectRef } from '../cluster/object-ref.ts';
import { field } from '../text/field.ts';
import type { Safe } from '../text/safe.ts';

/** Reads what `refText` writes (`HelmRelease media/jellyfin`, `Node k8s-1`); null when it is something else. */
export function parseRef(target: Safe | null): ObjectRef | null {
  const match = /^([A-Za-z]{1,63}) (?:([a-z0-9.-]{1,63})\/)?([a-z0-9.:-]{1,253})$/.exec(target ?? '');
  if (match === null) return null;
  const namespace = match[2] === undefined ? null : field(match[2]);
  return { kind: field(match[1]), namespace, name: field(match[3]) };
}
