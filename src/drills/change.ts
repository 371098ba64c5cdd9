import type { ObjectRef } from '../cluster/object-ref.ts';

/** A request to the API, with the command that a person would type for it. */
export interface Change {
  readonly title: string;
  readonly method: 'PATCH' | 'POST' | 'DELETE';
  readonly path: string;
  readonly contentType: string;
  readonly body: unknown;
  readonly command: readonly string[];
  /** Takes something back only if it is still so: the object at this path, and what must be true of it. */
  readonly onlyIf: ({ readonly path: string } & Condition) | null;
  /** The answer may only have the metadata: values of Secrets never reach us. */
  readonly metadataOnly?: true;
}

export type Condition =
  | { readonly state: 'absent' | 'scaled-to-zero' | 'cordoned' }
  /** It is there, and made by a drill. */
  | { readonly state: 'ours' }
  /** A field has the value that the drill gave it. */
  | { readonly state: 'set'; readonly at: readonly string[]; readonly value: string };

/** What breaks it, and what takes it back. */
export interface Reversible {
  readonly harm: Change;
  /** Null where nothing is left behind. */
  readonly undo: Change | null;
}

/** The object that is harmed, and how it is written in a path and a command. */
export interface Place {
  readonly object: ObjectRef;
  readonly path: string;
  readonly word: string;
  readonly command: (...words: readonly string[]) => readonly string[];
}

/** What a drill made carries it; nothing else is ever deleted by an undo. */
export const drillMark = 'groundup.dev/drill';

export const merge = 'application/merge-patch+json';
