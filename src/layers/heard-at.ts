import type { Snapshot } from '../cluster/snapshot.ts';

/**
 * Up to when (epoch ms) a silence counts. Whoever was not heard of since the API server answered last may have spoken all the
 * time: leases that seem to grow old meanwhile say something about the way to the server, and nothing about their holders.
 */
export function heardAt({ now, api }: Snapshot): number {
  return api.lastReplyAt === null ? now : Math.min(now, api.lastReplyAt);
}
