import type { LeaseRecord } from '../cluster/recovery-lease.ts';
import { LEASE_MS } from './lease.ts';

/** Who holds the lock of the cluster, and for how long nothing was heard of them. */
export interface Holder {
  readonly record: LeaseRecord;
  readonly silentMs: number;
  /** The record stood unchanged for as long as it is valid. */
  readonly isSilent: boolean;
}

export interface LeaseWatch {
  /** What lies in the cluster now; null: no lock. */
  readonly see: (record: LeaseRecord | null) => void;
  /** It is not seen at the moment, so nothing can be said about silence until it is seen again. */
  readonly lose: () => void;
  /** Null when it is free. */
  readonly holder: () => Holder | null;
}

/**
 * Judges the silence of a holder by one thing alone: how long its record stood unchanged before our own eyes, on our own
 * monotonic clock. Times written by other machines say nothing: their clocks may be wrong.
 */
export function watchLease(monotonic: () => number = () => performance.now()): LeaseWatch {
  let record: LeaseRecord | null = null;
  let since = monotonic();
  let isSeen = false;
  return {
    see: next => {
      if (!isSeen || next?.version !== record?.version) since = monotonic();
      isSeen = true;
      record = next;
    },
    lose: () => {
      isSeen = false;
    },
    holder: () => {
      if (record === null || record.holder === '') return null;
      const silentMs = isSeen ? monotonic() - since : 0;
      return { record, silentMs, isSilent: silentMs >= Math.max(LEASE_MS, record.durationMs) };
    },
  };
}
