import type { Snapshot } from '../cluster/snapshot.ts';
import { say } from '../text/safe.ts';
import { type Item, keyOf } from './apps-model.ts';
import { ref } from './judgement.ts';

/** Deleting a namespace takes a while; until then what waits for its end is in progress. */
const GRACE = 120_000;

/**
 * Namespaces that are being deleted, as nodes of the graph: applications cannot be applied into them. They are reported
 * elsewhere, so they only take the blame here.
 */
export function dyingNamespaces(snapshot: Snapshot): ReadonlyMap<string, Item> {
  const items = new Map<string, Item>();
  for (const { metadata, status } of snapshot.streams.namespaces.items.values()) {
    const since = metadata.deletionTimestamp;
    if (since === undefined && status?.phase !== 'Terminating') continue;
    const isYoung = since !== undefined && snapshot.now - since <= GRACE;
    const fault = {
      problem: 'namespace-terminating' as const,
      message: say`is being deleted`,
      signature: null,
      since: since ?? null,
    };
    items.set(namespaceKey(metadata.name), {
      key: namespaceKey(metadata.name),
      ref: ref('Namespace', metadata),
      standing: isYoung ? { state: 'progressing' } : { state: 'failing', fault },
      needs: [],
    });
  }
  return items;
}

/** Key of the namespace that a refusal names, when it is known to be dying; null otherwise. */
export function dyingNamespace(snapshot: Snapshot, message: string): string | null {
  const name = /in namespace ([\w.-]{1,63}) because it is being terminated/.exec(message)?.[1];
  const found = name === undefined ? undefined : snapshot.streams.namespaces.items.get(name);
  if (found === undefined) return null;
  const isDying = found.metadata.deletionTimestamp !== undefined || found.status?.phase === 'Terminating';
  return isDying ? namespaceKey(found.metadata.name) : null;
}

function namespaceKey(name: string): string {
  return keyOf('Namespace', undefined, name);
}
