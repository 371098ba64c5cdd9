import type { Hit } from './toxics.ts';

/** What really happened, on the monotonic clock, as the fault server saw it: the judge of what a screen may claim. */
export interface TruthEntry {
  readonly at: number;
  readonly what: 'toxic' | 'cure' | 'request' | 'reply' | 'list' | 'line' | 'bookmark';
  readonly of: string;
}

export interface GroundTruth {
  readonly entries: readonly TruthEntry[];
  readonly note: (what: TruthEntry['what'], of: string) => void;
  /** When the client last got anything at all; null: never. */
  readonly lastReply: () => number | null;
  /** When a list came whole, or a line of a watch, of this stream; null: never. */
  readonly lastProof: (stream: string) => number | null;
}

const KEPT = 200_000;

export function groundTruth(): GroundTruth {
  const entries: TruthEntry[] = [];
  const proofs = new Map<string, number>();
  let reply: number | null = null;
  return {
    entries,
    note: (what, of) => {
      const at = performance.now();
      if (entries.length < KEPT) entries.push({ at, what, of });
      if (what === 'reply' || what === 'list' || what === 'line' || what === 'bookmark') reply = at;
      if (what === 'list' || what === 'line' || what === 'bookmark') proofs.set(of, at);
    },
    lastReply: () => reply,
    lastProof: stream => proofs.get(stream) ?? null,
  };
}

/** Names a stream as both sides know it: its path and its selectors. */
export function streamKey({ path, query }: Pick<Hit, 'path' | 'query'>): string {
  const parts = [query.get('labelSelector') ?? '', query.get('fieldSelector') ?? ''];
  return `${path}?${parts.join('&')}`;
}
