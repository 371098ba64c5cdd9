import type { ObjectRef } from '../cluster/object-ref.ts';
import type { LayerId } from '../layers/layer.ts';
import type { Safe } from '../text/safe.ts';

/** 0 reads only · 1 safe to repeat · 2 disturbs · 3 can cause an outage · 4 can lose data. */
export type Danger = 0 | 1 | 2 | 3 | 4;

export type ToolName = 'helmfile' | 'helm' | 'flux' | 'kubectl' | 'task';

/** One thing to do. A union over `kind`; performed in one place (`runs/perform.ts`). */
export type Step =
  | {
      readonly kind: 'tool';
      readonly title: Safe;
      /** One of the known tools, or the name of a program that a custom action runs. */
      readonly tool: ToolName | Safe;
      /** Where the tool was found; absent when it was not. This file is run, whatever PATH says later. */
      readonly path?: string;
      /** Arguments without the tool's name. Exactly what is shown is run. */
      readonly args: readonly Safe[];
      readonly cwd: string;
      /** What is set beyond the common environment of tools. Written to the journal: never a secret. */
      readonly env: Readonly<Record<string, string>>;
      readonly deadlineMs: number;
      /** Where its output goes instead of the log. */
      readonly output?: StepOutput;
      /** Runs in the run's own temporary folder instead of `cwd`: where earlier steps left their output. */
      readonly inRunFolder?: true;
      /** What must be seen before the next step may begin. */
      readonly gate?: SuccessRule;
      /** Runs also when a step before it failed or was stopped: it takes back what the first step did. */
      readonly always?: true;
      /** Asked to end at its deadline, then told to: for programs that hold no lock in the cluster. */
      readonly endsAtDeadline?: true;
    }
  | {
      readonly kind: 'api';
      readonly title: Safe;
      readonly method: 'PATCH' | 'POST' | 'PUT' | 'DELETE';
      readonly path: Safe;
      readonly contentType: string;
      readonly body: unknown;
      /** The same as a command that the user could type. */
      readonly command: readonly Safe[];
      readonly deadlineMs: number;
      readonly gate?: SuccessRule;
      readonly always?: true;
    };

/**
 * Output that a later step reads, in a file of mode 0600. It counts only when the tool ended well and the whole of it is
 * YAML with at least one object: half a manifest must never be applied.
 */
export interface StepOutput {
  /** A plain name that ends with `.yaml`. */
  readonly file: Safe;
  /** Only objects of this kind are kept. */
  readonly onlyKind?: Safe;
  /** Stays with the run's log when the run is over, as a backup; else it goes with the temporary folder. */
  readonly keep?: true;
}

/** When a run has succeeded: seen by the watch, after the process ended. */
export interface SuccessRule {
  readonly layer: LayerId;
  /** When given, it is enough that the layer finds nothing wrong with this object. */
  readonly object?: ObjectRef;
  readonly stableMs: number;
  readonly withinMs: number;
  readonly text: Safe;
}

export interface Guard {
  readonly state: 'passed' | 'warning' | 'blocking';
  readonly text: Safe;
  /**
   * `ground`: it speaks of the layers below, or of how well the layer itself is known. `asked`: what the API server
   * answered when the plan was shown.
   */
  readonly about?: 'ground' | 'asked';
}

/** How cluster and repaired layer stood at a moment, for the audit. */
export interface Seen {
  readonly cluster: string;
  readonly layer: string;
}

/** A file that a plan runs, by its content. */
export interface ToolPin {
  readonly tool: string;
  readonly path: string;
  readonly version: Safe | null;
  readonly sha256: Safe;
}

/** Something that a plan must be allowed to do, in the words of RBAC. */
export interface Need {
  readonly verb: string;
  /** '' is the core group. */
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace: string | null;
  readonly name?: string;
}

/** What will be done, as data: shown, confirmed, written down, then performed. */
export interface Plan {
  readonly action: string;
  readonly target: Safe | null;
  readonly title: Safe;
  readonly danger: Danger;
  /** The word to type for danger >= 3, else null: one key. */
  readonly typedWord: Safe | null;
  readonly cluster: { readonly context: Safe; readonly server: Safe; readonly uid: Safe | null };
  readonly steps: readonly Step[];
  readonly effect: Safe;
  readonly takes: Safe;
  readonly expectedMs: number;
  readonly success: SuccessRule;
  readonly guards: readonly Guard[];
  /** Permissions that can be asked for before; what a chart needs besides, only its installation tells. */
  readonly needs?: readonly Need[];
  /** The files that will be run, as they were when the plan was confirmed. */
  readonly pins?: readonly ToolPin[];
  /** The object that it is about, when it is one that events can be written on. */
  readonly about?: ObjectRef;
  /** What was seen when it began. */
  readonly before?: Seen;
  /** Set when nobody asked for it: the cause that self-healing repairs. */
  readonly healing?: { readonly root: Safe };
  /** The lock in the cluster that may be taken from a silent holder, as long as it is still in this version. */
  readonly takeOver?: { readonly version: string; readonly by: Safe };
}

/** An action offered for a finding; `blockedBy` says in one sentence why it cannot be run now. */
export interface Remedy {
  readonly action: string;
  readonly key: string | null;
  readonly title: Safe;
  readonly target: Safe | null;
  readonly object: ObjectRef | null;
  readonly danger: Danger;
  readonly commands: readonly (readonly Safe[])[];
  readonly blockedBy: Safe | null;
  readonly plan: Plan;
}

/** What the workstation has: found once by `tools/`, handed in as data. */
export interface Workshop {
  readonly tools: Readonly<
    Partial<Record<ToolName, { readonly path: string; readonly version: Safe | null }>>
  >;
  readonly repository: {
    readonly root: string;
    readonly helmfile: Safe | null;
    readonly taskfile: Safe | null;
    /** The helmfile beside it that holds only definitions, to be applied before the others; absent when there is none. */
    readonly crds?: Safe;
    /** True when the helmfile runs commands of its own, which get no flag for the context. */
    readonly hooks?: boolean;
    /** Environment variables that the helmfile requires and that are not set. */
    readonly missingEnv: readonly Safe[];
    /** Every variable that the helmfile requires: these pass from our environment to the tool. */
    readonly requiredEnv?: readonly Safe[];
    readonly env: Readonly<Record<string, string>>;
    /** Releases that the helmfile lists; null when it could not be read. */
    readonly releases:
      | readonly {
          readonly name: Safe;
          readonly namespace: Safe;
          readonly chart: Safe;
          readonly version: Safe | null;
        }[]
      | null;
  } | null;
}
