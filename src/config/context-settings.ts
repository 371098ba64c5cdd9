import type { Told } from '../cluster/told.ts';
import type { Safe } from '../text/safe.ts';

/** The same words as the layers of the tower; a test holds them together. */
export const layerNames = [
  'api',
  'nodes',
  'cni',
  'pod-network',
  'dns',
  'service-discovery',
  'flux',
  'apps',
] as const;
export type LayerName = (typeof layerNames)[number];

/** A value that is asked for before a custom action runs. Its name stands in braces in the argv. */
export interface CustomParam {
  readonly name: string;
  /** The only values allowed; null: any value of letters, digits and `. _ / @ : = -` that begins with none of the last two. */
  readonly choices: readonly string[] | null;
  /** Taken when nothing is given; null: it must be given. */
  readonly otherwise: string | null;
}

/** A command of the user's own, offered like the built-in actions and under the same guards. Never run through a shell. */
export interface CustomAction {
  /** Lower case words joined by `-`; never the id of a built-in action. */
  readonly id: string;
  readonly title: Safe;
  /** The program first. `{context}`, `{repository}`, and the names of `params` stand for values; see `placeholders`. */
  readonly argv: readonly string[];
  /** The layer it repairs: the ones below must be sound, and success means that it is healthy afterwards. */
  readonly layer: LayerName;
  /** 0 reads only · 1 safe to repeat · 2 disturbs · 3 can cause an outage · 4 can lose data. */
  readonly danger: 0 | 1 | 2 | 3 | 4;
  readonly timeoutMs: number;
  /** `key`: one letter. `word`: its id is typed; always so from danger 3 on. */
  readonly confirm: 'key' | 'word';
  readonly params: readonly CustomParam[];
}

/** Some hours of local time. `to` before `from` reaches into the next day. */
export interface TimeWindow {
  /** Minutes since midnight. */
  readonly from: number;
  readonly to: number;
  /** The days on which it begins, 0 is Sunday; empty: every day. */
  readonly days: readonly number[];
}

/** Repairing without being asked. Off unless actions are opted in, one by one. */
export interface HealSettings {
  /** Ids of actions that may run by themselves; empty: none, self-healing is off. */
  readonly actions: readonly string[];
  /** Nothing is repaired by itself in these hours (maintenance). */
  readonly notBetween: readonly TimeWindow[];
  /** How long the countdown is shown before it acts. */
  readonly countdownMs: number;
}

export interface ProbeSettings {
  /** Image of the probe pod; null: one with busybox that all nodes have, else busybox. */
  readonly image: string | null;
  /** How often probes run by themselves while the monitor is open, at least 60 s; null: only when asked. */
  readonly everyMs: number | null;
  /** A name outside the cluster that is looked up too; null: none. */
  readonly external: string | null;
  /** Every round also runs commands in controllers of Flux and agents of the CNI; never where the context is read-only. */
  readonly exec: boolean;
}

/** What holds for one context: the entries whose name or pattern fits, the later ones over the earlier. */
export interface ContextSettings extends Told {
  readonly name: string;
  /** Unlocking and `recover --yes` ask for the name of the context. */
  readonly protected: boolean;
  /** The lock cannot be opened at all. */
  readonly readOnly: boolean;
  /** How long the lock stays open. */
  readonly armForMs: number;
  /** Practice faults may be caused here. */
  readonly drill: boolean;
  /** Absolute; null: found as without a configuration. */
  readonly repository: string | null;
  /** Absolute, or relative to the repository; null: found. */
  readonly helmfile: string | null;
  /** Set for every tool, beyond its common environment. Never a secret: it is written to the journal of runs. */
  readonly env: Readonly<Record<string, string>>;
  readonly actions: readonly CustomAction[];
  readonly heal: HealSettings;
  readonly probe: ProbeSettings;
}

/** What may stand in braces besides parameters: in the argv of a custom action, and in a notification command. */
export const placeholders = {
  action: ['context', 'repository', 'helmfile'],
  notify: ['context', 'verdict', 'before', 'layer', 'summary'],
} as const;
