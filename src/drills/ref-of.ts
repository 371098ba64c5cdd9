import type { ObjectRef } from '../cluster/object-ref.ts';
import { field } from '../text/field.ts';
import type { Safe } from '../text/safe.ts';

/** An object named by its kind and metadata. */
export function refOf(kind: string, { namespace, name }: { namespace?: Safe; name: Safe }): ObjectRef {
  return { kind: field(kind), namespace: namespace ?? null, name };
}
