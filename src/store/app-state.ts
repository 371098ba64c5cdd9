import type { Snapshot } from '../cluster/snapshot.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { LayerId } from '../layers/layer.ts';
import type { Plan, Remedy } from '../recovery/plan.ts';
import type { HealNote } from '../runs/heal-notes.ts';
import type { Run } from '../runs/run.ts';
import type { Safe } from '../text/safe.ts';
import type { ClusterCell } from './cluster-cell.ts';
import { emptyHistory, type History } from './history.ts';
import type { Internals } from './internals.ts';
import type { Detail, PodLog, Reading } from './looking.ts';
import { emptyMemory, type Memory } from './moments.ts';
import type { Taste } from './taste.ts';

/** Everything that is concluded from one moment of the cluster, computed together so that it never disagrees. */
export interface Model {
  readonly snapshot: Snapshot;
  readonly diagnosis: Diagnosis;
  readonly remedies: Readonly<Partial<Record<LayerId, readonly Remedy[]>>>;
  /** Everything a direct key stands for, also where nothing is wrong; worked out when it is asked for. */
  readonly forKey?: (key: string) => readonly Remedy[];
  /** What `F` offers: the best remedy of the root cause. */
  readonly fix: Remedy | null;
}

export interface World {
  /** Null until the first snapshot. */
  readonly model: Model | null;
  /** Cluster time (epoch ms) of the last reply of the API server; newer than the model while nothing else changed. */
  readonly heardAt: number | null;
  /** Cluster time of the newest snapshot seen, shown or not. */
  readonly takenAt: number | null;
  /** Cluster time minus local clock, ms. */
  readonly skew: number;
  readonly history: History;
  /** What can be gone back to. */
  readonly memory: Memory;
}

export interface Lock {
  /** Local epoch ms at which the lock closes by itself; null while locked. */
  readonly armedUntil: number | null;
  readonly armForMs: number;
  /** Unlocking asks for the name of the context. */
  readonly protectedContext: boolean;
}

/** A question over the screen. Keys in its first 300 ms are not answers. */
export type Dialog =
  | {
      readonly kind: 'confirm';
      readonly plan: Plan;
      /** Why it cannot be run now; the plan is shown all the same. */
      readonly blockedBy: Safe | null;
      readonly typed: string;
      readonly openedAt: number;
    }
  | { readonly kind: 'unlock'; readonly word: Safe; readonly typed: string; readonly openedAt: number }
  | { readonly kind: 'quit'; readonly openedAt: number };

export interface Runs {
  /** The run that has the banner: active, or ended and not yet acknowledged by a key. */
  readonly current: Run | null;
  readonly acknowledged: boolean;
  /** Newest first. */
  readonly past: readonly Run[];
  /** The run whose log was asked for; null: the current or newest one. */
  readonly chosen: string | null;
  /** A run of earlier days with its output, read back from its files. */
  readonly opened: Run | null;
}

/** What the time line may span, in ms. */
export const axes = [86_400_000, 21_600_000, 3_600_000, 600_000] as const;

export const tabs = ['why', 'log', 'events', 'objects', 'history', 'components'] as const;
export type Tab = (typeof tabs)[number];

/** A list or page that covers the screen until it is closed. */
export type Overlay =
  | { readonly kind: 'help'; readonly scroll: number }
  | {
      readonly kind: 'remedies';
      readonly remedies: readonly Remedy[];
      readonly title: Safe;
      readonly index: number;
    }
  | { readonly kind: 'faults'; readonly index: number }
  | { readonly kind: 'contexts'; readonly index: number }
  /** How groundup itself does. */
  | { readonly kind: 'internals'; readonly scroll: number }
  | { readonly kind: 'palette'; readonly text: string; readonly index: number };

/** How logs and YAML are laid out; kept from one to the next. */
export interface TextView {
  readonly wrap: boolean;
  readonly times: boolean;
  /** Columns scrolled to the right. */
  readonly x: number;
  /** Only the lines that hold the text searched for. */
  readonly only: boolean;
}

export interface View {
  /** The selected layer; null follows the root cause. */
  readonly layer: LayerId | null;
  readonly tab: Tab;
  readonly focus: 'tower' | 'side';
  readonly zoom: boolean;
  /** The selected layer shows all its findings. */
  readonly expanded: boolean;
  /** First line shown, or selected row, of each tab. */
  readonly scroll: Readonly<Record<Tab, number>>;
  /** An object shown in full in the side pane. */
  readonly detail: Detail | null;
  /** The screen is shown as it was at this moment (cluster time, epoch ms); null: as it is. */
  readonly asOf: number | null;
  /** A recording is being played. */
  readonly playing: boolean;
  /** How much time the time line spans: the place in `axes`. */
  readonly axis: number;
  /** The Why tab tells by which rule the root was concluded. */
  readonly believed: boolean;
  readonly text: TextView;
  /** Warnings of all layers, not only of the selected one. */
  readonly everywhere: boolean;
  readonly filter: string;
  /** The filter of the list behind an object that is shown in full, for the way back. */
  readonly listFilter: string;
  /** The filter is being typed. */
  readonly filtering: boolean;
  readonly follow: boolean;
  /** Lines that a log had, dropped ones included, when following it was stopped. */
  readonly pausedAt: number | null;
  readonly overlay: Overlay | null;
  /** A sentence in place of the footer, until it is old. */
  readonly message: { readonly text: Safe; readonly at: number; readonly tone: 'plain' | 'bad' } | null;
}

export interface Fault {
  readonly name: Safe;
  readonly title: Safe;
  readonly broken: boolean;
}

export interface Mode {
  readonly badge: 'SIMULATION' | 'REPLAY' | null;
  /** The lock cannot be opened: a recording, or so configured. */
  readonly readOnly: boolean;
  readonly context: Safe;
  readonly server: Safe;
  readonly contexts: readonly Safe[];
  /** Faults that can be broken and undone; only in the simulation. */
  readonly faults: readonly Fault[];
  readonly version: Safe;
  /** Ages advance on a quiet screen. */
  readonly clock: boolean;
  /** Left out: as it comes. */
  readonly taste?: Taste;
}

/** How it stands with repairing without being asked. */
export interface Healing {
  readonly state: 'watching' | 'countdown' | 'stopped' | 'human';
  /** Why nothing is done; null when there is nothing to do. */
  readonly why: Safe | null;
  /** What is about to be done, and when (local epoch ms). */
  readonly remedy: Remedy | null;
  readonly until: number | null;
}

/** Who else changes the cluster. */
export interface Held {
  readonly by: Safe;
  readonly action: Safe;
  /** By the holder's clock, epoch ms. */
  readonly since: number | null;
}

export interface AppState {
  readonly world: World;
  readonly lock: Lock;
  readonly dialog: Dialog | null;
  readonly runs: Runs;
  readonly view: View;
  readonly mode: Mode;
  /** Null while no action may run by itself. */
  readonly healing: Healing | null;
  /** What self-healing left to people, and who stopped it, at cluster time; oldest first. */
  readonly healNotes?: readonly HealNote[];
  /** Null when nobody else changes the cluster. */
  readonly held: Held | null;
  /** What was asked of the API server about the object in detail. */
  readonly reading: Reading | null;
  /** The log of a container, while it is shown. */
  readonly podLog: PodLog | null;
  /** The clusters that were chosen, when there are several. */
  readonly clusters?: readonly ClusterCell[];
  /** How groundup itself does; measured while its page is open. */
  readonly internals: Internals | null;
}

/** The state before the first answer of the cluster: a frame can be painted from it at once. */
export function initialState(mode: Mode, lock: Partial<Lock> = {}): AppState {
  return {
    world: { model: null, heardAt: null, takenAt: null, skew: 0, history: emptyHistory, memory: emptyMemory },
    lock: { armedUntil: null, armForMs: 600_000, protectedContext: false, ...lock },
    dialog: null,
    runs: { current: null, acknowledged: false, past: [], chosen: null, opened: null },
    view: {
      layer: null,
      tab: 'why',
      focus: 'tower',
      zoom: false,
      expanded: false,
      scroll: { why: 0, log: 0, events: 0, objects: 0, history: 0, components: 0 },
      detail: null,
      asOf: null,
      playing: false,
      axis: 0,
      believed: false,
      text: { wrap: false, times: true, x: 0, only: false },
      everywhere: false,
      filter: '',
      listFilter: '',
      filtering: false,
      follow: true,
      pausedAt: null,
      overlay: null,
      message: null,
    },
    mode,
    healing: null,
    held: null,
    reading: null,
    podLog: null,
    internals: null,
  };
}
