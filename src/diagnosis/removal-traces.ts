import type { Event } from '../cluster/kinds.ts';
import type { ObjectRef } from '../cluster/object-ref.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { compare } from '../layers/judgement.ts';
import { lastSeen } from '../layers/sandbox-failures.ts';
import { calmAge } from '../text/age.ts';
import { type Safe, say } from '../text/safe.ts';
import { isNear } from './removal-window.ts';

const reasons = ['Killing', 'SuccessfulDelete', 'ScalingReplicaSet'];
const CAP = 2;

/** What the kubelets and controllers noted when an object's pods were stopped: when it happened, and who carried it out. */
export function traces(snapshot: Snapshot, object: ObjectRef, since: number | null): readonly Safe[] {
  const found = [...snapshot.streams['events-system'].items].filter(
    ([, event]) => isAbout(event, object) && isNear(lastSeen(event), since, snapshot.now),
  );
  return newestFirst(found)
    .slice(0, CAP)
    .map(event => line(snapshot, event));
}

function newestFirst(events: readonly (readonly [string, Event])[]): readonly Event[] {
  return events
    .toSorted(([a, one], [b, other]) => (lastSeen(other) ?? 0) - (lastSeen(one) ?? 0) || compare(a, b))
    .map(([, event]) => event);
}

function line(snapshot: Snapshot, event: Event): Safe {
  const at = lastSeen(event);
  const when = at === null ? say`` : say` ${calmAge(snapshot.now - at)} ago`;
  const who = event.source?.component ?? event.reportingComponent ?? say`a controller`;
  const about = event.involvedObject?.name ?? say`it`;
  return say`${who}, ${about}: ${event.reason ?? say``} ${event.message ?? say``}${when}`;
}

function isAbout({ reason, involvedObject: about, metadata }: Event, object: ObjectRef): boolean {
  if (reason === undefined || !reasons.includes(reason) || about?.name === undefined) return false;
  if ((about.namespace ?? metadata.namespace ?? null) !== object.namespace) return false;
  if (about.name === object.name) return true;
  // Pods and ReplicaSets carry the name of their workload and generated parts, which hold no vowel.
  return about.name.startsWith(`${object.name}-`) && GENERATED.test(about.name.slice(object.name.length));
}

const GENERATED = /^(?:-[bcdfghjklmnpqrstvwxz2456789]{5,10}){1,2}$/;

/** When a Deployment was last scaled to zero, as far as its controller noted it; null when it did not. */
export function scaledDown(
  snapshot: Snapshot,
  object: ObjectRef,
): { readonly at: number | null; readonly line: Safe } | null {
  const [last] = newestFirst(
    [...snapshot.streams['events-system'].items].filter(
      ([, event]) =>
        event.involvedObject?.name === object.name &&
        event.reason === 'ScalingReplicaSet' &&
        isAbout(event, object),
    ),
  );
  // Had it come up again since, the event that tells of now is still on its way.
  const isDown = last !== undefined && /\bto 0\b/.test(last.message ?? '');
  return !isDown ? null : { at: lastSeen(last), line: line(snapshot, last) };
}

/** The namespace or release of an object that is still being deleted: what is put there now dies again. */
export function stillDeleting(snapshot: Snapshot, object: ObjectRef): Safe | null {
  const namespace = snapshot.streams.namespaces.items.get(object.namespace ?? '');
  const { deletionTimestamp } = namespace?.metadata ?? {};
  if (namespace === undefined) return null;
  if (deletionTimestamp === undefined && namespace.status?.phase !== 'Terminating') return null;
  const since =
    deletionTimestamp === undefined ? say`` : say` for ${calmAge(snapshot.now - deletionTimestamp)}`;
  return say`namespace ${namespace.metadata.name} has been Terminating${since}`;
}
