import type { Event, Kustomization } from '../cluster/kinds.ts';
import type { ObjectRef } from '../cluster/object-ref.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { shortRevision } from '../layers/apps-roots.ts';
import { compare } from '../layers/judgement.ts';
import { lastSeen } from '../layers/sandbox-failures.ts';
import { field } from '../text/field.ts';
import type { Safe } from '../text/safe.ts';
import { isNear } from './removal-window.ts';

/** One entry of a list of changes that a Kustomization reported. */
export interface Pruned {
  /** As the controller writes it: `DaemonSet/kube-system/cilium`. */
  readonly entry: Safe;
  readonly by: ObjectRef;
  /** Undefined when it is gone itself. */
  readonly kustomization: Kustomization | undefined;
  /** What of Git asked for it, short. */
  readonly revision: Safe | null;
  readonly at: number | null;
}

const CLIMB = 4;

/**
 * Who pruned one of these entries (`Kind/namespace/name`), and who pruned that one, upwards: the last is where it came from.
 * Empty when no Kustomization reported it.
 */
export function prunedBy(
  snapshot: Snapshot,
  entries: readonly string[],
  since: number | null,
): readonly Pruned[] {
  const chain: Pruned[] = [];
  let wanted = entries;
  for (let step = 0; step < CLIMB; step += 1) {
    const found = reported(snapshot, wanted, 'deleted', since);
    if (found === null || chain.some(one => one.entry === found.entry)) break;
    chain.push(found);
    wanted = [`Kustomization/${found.by.namespace ?? ''}/${found.by.name}`];
  }
  return chain;
}

/** The newest report of a Kustomization that it deleted or changed one of these entries; null when there is none. */
export function reported(
  snapshot: Snapshot,
  wanted: readonly string[],
  verb: 'deleted' | 'configured',
  since: number | null,
): Pruned | null {
  const events = [...snapshot.streams['events-pruned'].items].sort(
    ([a, one], [b, other]) => (lastSeen(other) ?? 0) - (lastSeen(one) ?? 0) || compare(a, b),
  );
  for (const [, event] of events) {
    const at = lastSeen(event);
    if (!isNear(at, since, snapshot.now)) continue;
    const entry = entriesIn(event, verb).find(one => wanted.includes(one));
    const pruned = entry === undefined ? null : pruneFrom(snapshot, event, entry, at);
    if (pruned !== null) return pruned;
  }
  return null;
}

function entriesIn({ message }: Event, verb: string): readonly string[] {
  return (message ?? '')
    .split('↵')
    .filter(line => line.endsWith(` ${verb}`))
    .map(line => line.slice(0, -verb.length - 1));
}

function pruneFrom(snapshot: Snapshot, event: Event, entry: string, at: number | null): Pruned | null {
  const { involvedObject: by, metadata } = event;
  if (by?.kind !== 'Kustomization' || by.name === undefined) return null;
  const key = `${by.namespace ?? metadata.namespace}/${by.name}`;
  const kustomization = snapshot.streams.kustomizations.items.get(key);
  const revision =
    metadata.annotations?.['kustomize.toolkit.fluxcd.io/revision'] ??
    kustomization?.status?.lastAttemptedRevision ??
    kustomization?.status?.lastAppliedRevision;
  return {
    entry: field(entry),
    by: {
      kind: field('Kustomization'),
      namespace: by.namespace ?? metadata.namespace ?? null,
      name: by.name,
    },
    kustomization,
    revision: revision === undefined ? null : shortRevision(revision),
    at,
  };
}
