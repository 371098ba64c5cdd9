import type { Kind } from '../cluster/kinds.ts';
import type { Freshness, Stream, StreamReason } from '../cluster/snapshot.ts';
import type { Safe } from '../text/safe.ts';

/** What is known of one stream. Every reading of it (`current`) is immutable and keeps its identity until a change. */
export interface StreamState {
  readonly current: () => Stream<unknown>;
  readonly freshness: () => Freshness;
  /** Reads an object and puts it in (or takes it out); false when it is not readable. */
  readonly apply: (type: 'set' | 'delete', raw: unknown) => boolean;
  /** Replaces everything, after a whole list. */
  readonly replace: (items: Map<string, unknown>) => void;
  readonly confirm: (at: number) => void;
  /** The data cannot be trusted any more: stale when there is any, failed when there never was. */
  readonly doubt: (reason: StreamReason, message: Safe) => void;
  /** The data may not or cannot be had: nothing is kept. */
  readonly fail: (reason: StreamReason, message: Safe) => void;
  readonly absent: () => void;
}

type StateKind = Pick<Kind, 'read' | 'isRoutine'>;

/** `onChange` is told of every change, of objects or of their freshness; `onConfirm` when what is live was only confirmed again, or renewed in time. */
export function streamState(kind: StateKind, onChange: () => void, onConfirm: () => void): StreamState {
  let items = new Map<string, unknown>();
  let handedOut = false;
  let freshness: Freshness = { state: 'waiting' };
  let current: Stream<unknown> | null = null;

  const changed = (): void => {
    current = null;
    onChange();
  };
  /** A map that was handed out is never written again. */
  const writable = (): Map<string, unknown> => {
    if (handedOut) items = new Map(items);
    handedOut = false;
    return items;
  };
  const become = (next: Freshness): void => {
    freshness = next;
    changed();
  };
  const drop = (next: Freshness): void => {
    if (items.size > 0) items = new Map();
    handedOut = false;
    become(next);
  };
  return {
    current: () => {
      handedOut = true;
      current ??= { freshness, items };
      return current;
    },
    freshness: () => freshness,
    apply: (type, raw) => {
      const object = kind.read(raw);
      const key = keyOf(object);
      if (key === undefined) return false;
      const before = items.get(key);
      if (type === 'set') writable().set(key, object);
      else if (before !== undefined) writable().delete(key);
      current = null;
      const tell = type === 'set' && isSignOfLife(kind, before, object) ? onConfirm : onChange;
      tell();
      return true;
    },
    replace: next => {
      items = next;
      handedOut = false;
      changed();
    },
    confirm: at => {
      const tell = freshness.state === 'live' ? onConfirm : onChange;
      freshness = { state: 'live', confirmedAt: at };
      current = null;
      tell();
    },
    doubt: (reason, message) => {
      if (freshness.state === 'live' || freshness.state === 'stale')
        become({ state: 'stale', confirmedAt: freshness.confirmedAt, reason, message });
      else become({ state: 'failed', reason, message });
    },
    fail: (reason, message) => drop({ state: 'failed', reason, message }),
    absent: () => drop({ state: 'absent' }),
  };
}

function isSignOfLife({ isRoutine }: StateKind, before: unknown, now: unknown): boolean {
  return before !== undefined && isRoutine?.(before as never, now as never) === true;
}

/** `namespace/name`, or `name` for what has no namespace. */
export function keyOf(object: unknown): string | undefined {
  const { metadata } = (object ?? {}) as { metadata?: { name?: string; namespace?: string } };
  if (metadata?.name === undefined) return undefined;
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}
