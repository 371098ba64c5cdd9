import type { Event, Pod } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { field } from '../text/field.ts';
import type { Safe } from '../text/safe.ts';
import { compare } from './judgement.ts';
import { memo } from './memo.ts';
import { isPodReady, knownPod } from './pods.ts';

/** Failed attempts to give pods of one node a network, that still count. */
export interface SandboxFailures {
  readonly node: Safe;
  readonly count: number;
  readonly last: number;
  /** What was said last by what tells most: a plugin rather than the kubelet. */
  readonly message: Safe;
  readonly weight: number;
}

/** A pod that still waits fails on, though its warnings are repeated every five minutes only once there are many. */
const WAITING = 300_000;
/** Of a pod that is not watched only its last warning tells; kubelets try again several times a minute. */
const UNSEEN = 60_000;
const reasons = ['FailedCreatePodSandBox', 'NetworkNotReady'];
const KILL = /KillPodSandboxError|failed to destroy network for sandbox/;

/**
 * Failures by node that stand. One is over when its pod works by now, or when another pod of the node got its network
 * after it.
 */
export const sandboxFailures: (snapshot: Snapshot) => ReadonlyMap<string, SandboxFailures> = memo(
  snapshot => {
    const byNode = new Map<string, SandboxFailures>();
    for (const event of sandboxEvents(snapshot.streams.events.items)) {
      const { involvedObject: pod, message = field('') } = event;
      const last = lastSeen(event);
      const victim = knownPod(snapshot, pod?.namespace ?? '', pod?.name ?? '');
      const node = event.source?.host ?? victim?.spec?.nodeName;
      if (last === null || node === undefined || isOver(snapshot, victim, last)) continue;
      const proof = snapshot.pods.byNode.get(node)?.newestReadyStart ?? null;
      if (proof !== null && proof > last) continue;
      const known = byNode.get(node);
      const count = (known?.count ?? 0) + Math.max(1, event.series?.count ?? event.count ?? 1);
      const weight = weightOf(event);
      const tells =
        known === undefined || weight > known.weight || (weight === known.weight && last >= known.last);
      byNode.set(node, {
        node,
        count,
        last: Math.max(last, known?.last ?? last),
        weight: tells ? weight : known.weight,
        message: tells ? reasonOf(message) : known.message,
      });
    }
    return byNode;
  },
);

/** In order of name. */
const sandboxEvents = memo((events: ReadonlyMap<string, Event>) =>
  [...events]
    .filter(([, event]) => isSandbox(event))
    .sort(([a], [b]) => compare(a, b))
    .map(([, event]) => event),
);

function isSandbox(event: Event): boolean {
  if (event.reason === 'FailedKillPod') return KILL.test(event.message ?? '');
  return reasons.includes(event.reason ?? '');
}

function isOver(snapshot: Snapshot, victim: Pod | undefined, last: number): boolean {
  if (victim === undefined) return snapshot.now - last > UNSEEN;
  return isPodReady(snapshot, victim) || snapshot.now - last > WAITING;
}

function weightOf(event: Event): number {
  return event.reason === 'FailedCreatePodSandBox' ? 2 : event.reason === 'NetworkNotReady' ? 1 : 0;
}

/** When an event was last seen (epoch ms), whichever of its many times is set. */
export function lastSeen(event: Event): number | null {
  return (
    event.series?.lastObservedTime ??
    event.lastTimestamp ??
    event.eventTime ??
    event.metadata.creationTimestamp ??
    null
  );
}

/** The plugin's own words: what comes before names the one sandbox that failed. */
function reasonOf(message: Safe): Safe {
  const plugin = message.match(/plugin type="?[\w.-]{1,60}"? failed.*$/)?.[0];
  const tail = plugin ?? message.match(/(?:for sandbox "[0-9a-f]{6,80}": )(.+)$/)?.[1];
  return tail === undefined ? message : field(tail);
}
