import type { Safe } from '../../text/safe.ts';
import type { Dialog } from '../app-state.ts';

/** Why a shown plan cannot be confirmed now; null when it can. */
export function whyNotConfirmed(dialog: Extract<Dialog, { kind: 'confirm' }>): Safe | null {
  return dialog.blockedBy ?? dialog.plan.guards.find(guard => guard.state === 'blocking')?.text ?? null;
}
