import type { Freshness } from '../cluster/snapshot.ts';
import type { StreamId } from '../cluster/streams.ts';

/** How groundup itself does, measured at one moment. Times in ms, sizes in bytes. */
export interface Internals {
  /** Local epoch ms. */
  readonly at: number;
  readonly upMs: number;
  /** How late timers came: since the last measurement, and the longest since the start with its moment. */
  readonly lag: { readonly lately: number; readonly longest: number; readonly longestAt: number };
  /** Part of one core, since the last measurement. */
  readonly cpu: number;
  readonly rss: number;
  readonly heapUsed: number;
  readonly heapTotal: number;
  /** Timers, sockets and files that are open. */
  readonly handles: number;
  readonly screen: {
    readonly frames: number;
    readonly dropped: number;
    readonly bytes: number;
    readonly waiting: number;
    readonly isBehind: boolean;
  };
  /** Null before a cluster is watched. */
  readonly api: {
    readonly requests: number;
    readonly bytes: number;
    readonly openWatches: number;
    readonly reconnects: number;
    readonly unreadable: number;
  } | null;
  readonly streams: readonly StreamHealth[];
}

export interface StreamHealth {
  readonly id: StreamId | 'pods';
  readonly state: Freshness['state'];
  readonly reason: string | null;
  readonly items: number;
  /** Ms since the last confirmation; null when there was none. */
  readonly ageMs: number | null;
}
