import type { Safe } from '../text/safe.ts';
import type { Healed } from './healed.ts';

/** A lock in the cluster as it was read. */
export interface LeaseRecord {
  /** Any write changes it. */
  readonly version: string;
  /** Identity of the holder; '' when it is free. */
  readonly holder: string;
  readonly by: Safe;
  readonly action: Safe;
  readonly run: string;
  /** By the holder's clock (epoch ms): for people, never for judging. */
  readonly since: number | null;
  readonly durationMs: number;
  /** What self-healing did within a day, from any machine. */
  readonly healed?: readonly Healed[];
}

/** What is written into it. Times are the writer's epoch ms. */
export interface LeaseContent {
  readonly holder: string;
  readonly by: string;
  readonly action: string;
  readonly run: string;
  readonly since: number;
  readonly now: number;
  readonly durationMs: number;
  readonly healed?: readonly Healed[];
}

export type LeaseRead =
  | { readonly ok: true; readonly record: LeaseRecord | null }
  /** `refused`: we may not read it; otherwise nothing answered. */
  | { readonly ok: false; readonly why: Safe; readonly refused: boolean };

export type LeaseWritten =
  | { readonly ok: true; readonly version: string }
  | { readonly ok: false; readonly conflict: boolean; readonly why: Safe; readonly refused: boolean };

/** Where the lock lies. A write with an old version is refused as a conflict; version null means that none must exist. */
export interface LeaseStore {
  readonly read: () => Promise<LeaseRead>;
  readonly write: (content: LeaseContent, version: string | null) => Promise<LeaseWritten>;
}
