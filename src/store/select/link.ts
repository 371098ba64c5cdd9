import type { AppState } from '../app-state.ts';
import { clusterTime } from './chosen.ts';

/** A reply is overdue after this long without one: later than any regular heartbeat, soon enough to be honest. */
export const OVERDUE_MS = 15_000;

/** What is known of the connection. `since` is cluster time (epoch ms). */
export type Link =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'silent'; readonly since: number }
  | { readonly kind: 'unreachable'; readonly since: number }
  | { readonly kind: 'refused'; readonly since: number };

export function link(state: AppState, now: number): Link {
  const api = state.world.model?.snapshot.api;
  if (api === undefined || api.reach === 'connecting') return { kind: 'connecting' };
  if (api.reach === 'unreached') return { kind: 'unreachable', since: api.failure?.since ?? now };
  if (api.failure?.reason === 'unauthorized') return { kind: 'refused', since: api.failure.since };
  const heardAt = state.world.heardAt;
  if (heardAt !== null && clusterTime(state, now) - heardAt > OVERDUE_MS)
    return { kind: 'silent', since: heardAt };
  return { kind: 'live' };
}
