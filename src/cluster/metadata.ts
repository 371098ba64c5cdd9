import type { Safe } from '../text/safe.ts';
import { dictionary, flag, list, number, type Read, type Reader, shape, text, time } from './shape.ts';
import { shared } from './shared.ts';

const fields = shape({
  name: text,
  namespace: text,
  uid: text,
  resourceVersion: text,
  generation: number,
  creationTimestamp: time,
  deletionTimestamp: time,
  labels: shared(dictionary(text)),
  annotations: shared(dictionary(text)),
  finalizers: list(text),
  ownerReferences: shared(list(shape({ kind: text, name: text, uid: text, controller: flag }))),
});

export type Metadata = Omit<Read<typeof fields>, 'name'> & {
  readonly name: Safe;
  /** When a controller last wrote the status (newest `managedFields` entry for the status), epoch ms. */
  readonly statusWrittenAt?: number;
};

/** Every object has a name; one without is not an object. `managedFields` are reduced to the time of the last status write. */
export const metadata: Reader<Metadata> = raw => {
  const read = fields(raw);
  if (read?.name === undefined || read.name === '') return undefined;
  const written = lastStatusWrite((raw as { managedFields?: unknown }).managedFields);
  const name = read.name;
  return written === undefined ? { ...read, name } : { ...read, name, statusWrittenAt: written };
};

const managed = list(shape({ time, subresource: text }));

function lastStatusWrite(raw: unknown): number | undefined {
  const times = (managed(raw) ?? []).flatMap(entry =>
    entry.subresource === 'status' && entry.time !== undefined ? [entry.time] : [],
  );
  return times.length === 0 ? undefined : Math.max(...times);
}

/** The reader of a whole object: its metadata and the named fields. Without readable metadata there is no object. */
export function object<S extends Readonly<Record<string, Reader<unknown>>>>(
  kept: S,
): Reader<{ readonly metadata: Metadata } & { readonly [K in keyof S]?: Read<S[K]> }> {
  const rest = shape(kept);
  return raw => {
    const others = rest(raw);
    if (others === undefined) return undefined;
    const meta = metadata((raw as { metadata?: unknown }).metadata);
    return meta === undefined ? undefined : { ...others, metadata: meta };
  };
}
