import type { Event, Pod } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { type Match, match } from '../signatures/match.ts';
import { matchContainer } from '../signatures/texts.ts';
import { type Safe, say } from '../text/safe.ts';
import { compare } from './judgement.ts';
import type { Judgement, LayerId } from './layer.ts';
import { loggedFailures } from './log-lines.ts';
import { memoOn } from './memo.ts';

/** A known failure text about a pod, and the words in which it was found when they add to the pod's own. */
export interface PodEvidence {
  readonly match: Match;
  readonly text: Safe | null;
}

/**
 * The most telling known failure of these pods: first what their containers say, then what stands in their logs, then what
 * the warnings about them say.
 * A warning counts while its pod is in trouble, however old it is: the caller passes only such pods.
 */
export function podEvidence(snapshot: Snapshot, pods: readonly Pod[]): PodEvidence | null {
  for (const pod of pods) {
    const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
    const found = statuses.flatMap(status => matchContainer(status));
    const telling = found.find(one => one.id !== 'S84') ?? null;
    if (telling !== null) return { match: telling, text: null };
    const [logged] = loggedFailures(snapshot, pod);
    if (logged !== undefined) return { match: logged.match, text: logged.text };
    const told = eventEvidence(snapshot, pod);
    if (told !== null) return told;
    if (found[0] !== undefined) return { match: found[0], text: null };
  }
  return null;
}

function eventEvidence(snapshot: Snapshot, pod: Pod): PodEvidence | null {
  for (const event of eventsByPod(snapshot).get(`${pod.metadata.namespace}/${pod.metadata.name}`) ?? []) {
    if (event.message === undefined) continue;
    const text = event.reason === undefined ? event.message : say`${event.reason}: ${event.message}`;
    const first = match('event', text)[0];
    if (first !== undefined) return { match: first, text };
  }
  return null;
}

/** Warnings about pods, the newest first. */
const eventsByPod: (snapshot: Snapshot) => ReadonlyMap<string, readonly Event[]> = memoOn(
  snapshot => [snapshot.streams.events.items],
  snapshot => {
    const byPod = new Map<string, Event[]>();
    for (const event of snapshot.streams.events.items.values()) {
      const object = event.involvedObject;
      if (object?.kind !== 'Pod' || object.name === undefined) continue;
      const key = `${object.namespace ?? event.metadata.namespace}/${object.name}`;
      const known = byPod.get(key);
      if (known === undefined) byPod.set(key, [event]);
      else known.push(event);
    }
    for (const events of byPod.values()) {
      events.sort((a, b) => seenAt(b) - seenAt(a) || compare(a.metadata.name, b.metadata.name));
    }
    return byPod;
  },
);

function seenAt(event: Event): number {
  return event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? 0;
}

const charged: Readonly<Record<string, LayerId>> = {
  nodes: 'nodes',
  cni: 'cni',
  'pod-network': 'pod-network',
};

/**
 * The lower layer that a known failure belongs to, when that layer has trouble itself; null otherwise. A warning that
 * outlived its cause must not accuse a healthy layer.
 */
export function chargeOf(found: Match | null, below: ReadonlyMap<LayerId, Judgement>): LayerId | null {
  const layer = found === null ? undefined : charged[found.signature.owner];
  if (layer === undefined) return null;
  const verdict = below.get(layer)?.verdict;
  return verdict === undefined || verdict === 'healthy' || verdict === 'unknown' ? null : layer;
}
