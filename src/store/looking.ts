import type { KindId, Pod } from '../cluster/kinds.ts';
import type { Metadata } from '../cluster/metadata.ts';
import type { ObjectRef } from '../cluster/object-ref.ts';
import type { Safe } from '../text/safe.ts';

/** An object in the side pane, and the way back to what was shown before. */
export interface Detail {
  readonly ref: ObjectRef;
  readonly show: 'facts' | 'yaml' | 'log';
  /** First line shown; in a log its number since the log began, so that dropped lines do not move what is read. */
  readonly scroll: number;
  /** The selected link of the facts; -1: none. */
  readonly link: number;
  /** The page moves to where the selected link is; scrolling ends that. */
  readonly isRevealed: boolean;
  readonly before: Detail | null;
}

export function detailOf(ref: ObjectRef, show: Detail['show'], before: Detail | null): Detail {
  return { ref, show, scroll: 0, link: -1, isRevealed: false, before };
}

/** Any object, for what they have in common. */
export interface Kept {
  readonly metadata: Metadata;
}

/** A warning or note about one object, as the API server lists it. */
export interface ReadEvent {
  readonly reason: Safe;
  readonly message: Safe;
  readonly count: number;
  readonly last: number | null;
  readonly isWarning: boolean;
}

/** An object as the API server gave it on demand. Each part has its own sentence when it could not be had. */
export interface Reading {
  readonly ref: ObjectRef;
  readonly state: 'asking' | 'read' | 'failed';
  /** Why it could not be read. */
  readonly message: Safe | null;
  /** Local epoch ms. */
  readonly at: number;
  /** Null for a kind that is not watched: only what all objects have in common is read then. */
  readonly kind: KindId | null;
  readonly object: Kept | null;
  /** The whole object, without what is secret or noise. */
  readonly yaml: readonly Safe[];
  /** Lines of YAML beyond the bound. */
  readonly cut: number;
  readonly events: readonly ReadEvent[];
  readonly eventsMessage: Safe | null;
  readonly pods: readonly Pod[];
  readonly podsMessage: Safe | null;
}

export interface PodLine {
  /** When the runtime took it down, epoch ms; null when it does not say. */
  readonly at: number | null;
  readonly text: Safe;
}

/** The log of one container, the newest lines of it. */
export interface PodLog {
  /** What the log was asked for: a pod, or the workload that the pod belongs to. */
  readonly about: ObjectRef;
  readonly pod: ObjectRef | null;
  readonly container: Safe | null;
  readonly containers: readonly Safe[];
  /** The run of the container before this one. */
  readonly previous: boolean;
  readonly state: 'asking' | 'open' | 'ended' | 'failed';
  /** Why there is no more, or none at all. */
  readonly message: Safe | null;
  readonly lines: readonly PodLine[];
  readonly dropped: number;
}

/** Most lines of a container's log that are kept. */
export const POD_LOG_RING = 2_000;

/** The log before anything of it came. */
export function askedLog(about: ObjectRef, change: Partial<PodLog> = {}): PodLog {
  return {
    about,
    pod: about.kind === 'Pod' ? about : null,
    container: null,
    containers: [],
    previous: false,
    state: 'asking',
    message: null,
    lines: [],
    dropped: 0,
    ...change,
  };
}

/** A reading before its answer. */
export function askedReading(ref: ObjectRef, at: number): Reading {
  return {
    ref,
    state: 'asking',
    message: null,
    at,
    kind: null,
    object: null,
    yaml: [],
    cut: 0,
    events: [],
    eventsMessage: null,
    pods: [],
    podsMessage: null,
  };
}

/** Adds lines to a log; the oldest fall out beyond the bound and are counted. */
export function appended(log: PodLog, more: readonly PodLine[], ring = POD_LOG_RING): PodLog {
  if (more.length === 0) return log;
  const all = [...log.lines, ...more];
  const lines = all.length > ring ? all.slice(-ring) : all;
  return { ...log, lines, dropped: log.dropped + all.length - lines.length };
}

export function sameRef(a: ObjectRef, b: ObjectRef): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;
}
