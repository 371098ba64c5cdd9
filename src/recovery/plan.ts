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
      readonly tool: ToolName;
      /** Where the tool was found; absent when it was not. This file is run, whatever PATH says later. */
      readonly path?: string;
      /** Arguments without the tool's name. Exactly what is shown is run. */
      readonly args: readonly Safe[];
      readonly cwd: string;
      /** What is set beyond the common environment of tools. Written to the journal: never a secret. */
      readonly env: Readonly<Record<string, string>>;
      readonly deadlineMs: number;
      /** What must be seen before the next step may begin. */
      readonly gate?: SuccessRule;
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
    };

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
  /** `ground`: it speaks of the layers below, or of how well the layer itself is known. */
  readonly about?: 'ground';
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
