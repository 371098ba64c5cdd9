import type { ObjectRef } from '../../cluster/object-ref.ts';
import type { LayerId } from '../../layers/layer.ts';
import type { Plan } from '../../recovery/plan.ts';
import type { Safe } from '../../text/safe.ts';
import type { AppState, Fault, Tab } from '../app-state.ts';
import type { Stride } from './travel.ts';

/** What the user wants, apart from the key that says it. */
export type Intent =
  | { readonly kind: 'layer'; readonly layer: LayerId }
  | { readonly kind: 'move'; readonly by: number }
  | { readonly kind: 'page'; readonly by: 1 | -1 }
  | { readonly kind: 'edge'; readonly to: 'top' | 'bottom' }
  | { readonly kind: 'tab'; readonly tab: Tab }
  | { readonly kind: 'palette'; readonly text: string; readonly index: number }
  | { readonly kind: 'match'; readonly by: 1 | -1 }
  | { readonly kind: 'link'; readonly by: 1 | -1 }
  | { readonly kind: 'sideways'; readonly by: number }
  /** To the log of an older or newer run. */
  | { readonly kind: 'run'; readonly by: 1 | -1 }
  /** In time, to see the screen as it was. */
  | { readonly kind: 'travel'; readonly by: 1 | -1; readonly stride: Stride }
  | { readonly kind: 'zoom'; readonly on: boolean }
  | { readonly kind: 'remedy'; readonly key: string }
  /** The chosen cluster that many places further in the strip. */
  | { readonly kind: 'cluster'; readonly by: 1 | -1 }
  | { readonly kind: 'type'; readonly text: string }
  | {
      readonly kind:
        | 'pane'
        | 'open'
        | 'back'
        | 'quit'
        | 'leave'
        | 'detail'
        | 'yaml'
        | 'copy'
        | 'filter'
        | 'help'
        | 'internals'
        | 'follow'
        | 'wrap'
        | 'times'
        | 'only'
        | 'root-object'
        | 'pod-log'
        | 'previous'
        | 'container'
        | 'refresh'
        | 'contexts'
        | 'faults'
        | 'repaint'
        | 'suspend'
        | 'save-log'
        | 'dump'
        | 'play'
        | 'axis'
        | 'unlock'
        | 'healing'
        | 'probe'
        | 'fix'
        | 'remedies'
        | 'stop'
        | 'erase'
        | 'submit'
        | 'cancel';
    };

/** Something to be done outside of the state, as data; the composition root performs it. */
export type Effect =
  | { readonly kind: 'start-run'; readonly plan: Plan }
  | { readonly kind: 'stop-run'; readonly id: string }
  | { readonly kind: 'copy'; readonly text: string }
  | { readonly kind: 'break'; readonly fault: Fault; readonly undo: boolean }
  | { readonly kind: 'switch-context'; readonly context: Safe }
  /** Reads one object, its events and its pods. */
  | { readonly kind: 'read-object'; readonly ref: ObjectRef }
  /** Streams the log of a container; of the first failing pod when `ref` is a workload. Null: the container that fails. */
  | {
      readonly kind: 'follow-log';
      readonly ref: ObjectRef;
      readonly container: Safe | null;
      readonly previous: boolean;
    }
  /** Turns self-healing on again, or stops it. */
  | { readonly kind: 'heal'; readonly on: boolean }
  | { readonly kind: 'close-log' }
  /** Reads the output of a run of earlier days back from its files. */
  | { readonly kind: 'read-run'; readonly id: string }
  | { readonly kind: 'probe' | 'refresh' | 'quit' | 'repaint' | 'suspend' | 'dump' }
  /** Writes the whole log of a run into one readable file. */
  | { readonly kind: 'save-log'; readonly id: string };

/** What a reducer may know apart from the state. */
export interface Circumstances {
  /** Local epoch ms. */
  readonly now: number;
  /** Rows that the scrolled pane shows, and rows that it has. */
  readonly page: number;
  readonly total: number;
  /** First of these rows that is shown, when the pane moved it by itself. */
  readonly start?: number | undefined;
  /** Cells of the time line, when it is shown. */
  readonly cells?: number | undefined;
  /** False when the open question does not fit on the screen. */
  readonly isReadable?: boolean;
}

export interface Outcome {
  readonly state: AppState;
  readonly effects: readonly Effect[];
}

export function only(state: AppState, ...effects: readonly Effect[]): Outcome {
  return { state, effects };
}
