import { type KindId, kinds } from '../../cluster/kinds.ts';
import type { ObjectRef } from '../../cluster/object-ref.ts';
import type { Snapshot, Stream } from '../../cluster/snapshot.ts';
import { streamIds, streams } from '../../cluster/streams.ts';
import type { Kept } from '../looking.ts';

/** Looks an object up by its name, whichever watch has it. */
export function findObject(
  snapshot: Snapshot,
  ref: ObjectRef,
): { readonly kind: KindId; readonly object: Kept } | null {
  const key = ref.namespace === null ? ref.name : `${ref.namespace}/${ref.name}`;
  for (const id of streamIds) {
    const { kind } = streams[id];
    if (kinds[kind].kind !== ref.kind) continue;
    const object = (snapshot.streams[id] as Stream<Kept>).items.get(key);
    if (object !== undefined) return { kind, object };
  }
  return null;
}
