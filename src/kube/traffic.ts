import type { Subject } from './subject.ts';

export interface Traffic {
  /** Requests so far by `verb resource`. */
  readonly requests: Readonly<Record<string, number>>;
  /** Body bytes received, as they came over the wire. */
  readonly bytes: number;
  readonly openWatches: number;
  /** Watches that were opened again, for whatever reason. */
  readonly reconnects: number;
  /** Objects and lines that could not be read. */
  readonly unreadable: number;
}

export interface TrafficCounter {
  readonly request: (subject: Subject) => void;
  readonly bytes: (count: number) => void;
  readonly watch: (change: 1 | -1) => void;
  readonly reconnect: () => void;
  readonly unreadable: (count: number) => void;
  readonly read: () => Traffic;
}

/** Counts what groundup costs the API server. */
export function trafficCounter(): TrafficCounter {
  const requests = new Map<string, number>();
  let received = 0;
  let openWatches = 0;
  let reconnects = 0;
  let bad = 0;
  return {
    request: ({ verb, resource }) => {
      const key = `${verb} ${resource}`;
      requests.set(key, (requests.get(key) ?? 0) + 1);
    },
    bytes: count => {
      received += count;
    },
    watch: change => {
      openWatches += change;
    },
    reconnect: () => {
      reconnects++;
    },
    unreadable: count => {
      bad += count;
    },
    read: () => ({
      requests: Object.fromEntries(requests),
      bytes: received,
      openWatches,
      reconnects,
      unreadable: bad,
    }),
  };
}
