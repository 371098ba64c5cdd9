import type { Snapshot } from '../cluster/snapshot.ts';
import { calmAge } from '../text/age.ts';
import { type Safe, say } from '../text/safe.ts';
import type { App, AppKind, SourceItem } from './apps-model.ts';
import { finding } from './judgement.ts';
import type { Finding } from './layer.ts';

const REQUESTED = 'reconcile.fluxcd.io/requestedAt';
/** A controller that works takes a request up within moments. */
const PATIENCE = 15_000;
const controllers: Readonly<Record<AppKind, string>> = {
  Kustomization: 'kustomize-controller',
  HelmRelease: 'helm-controller',
};

/**
 * Requests to reconcile that nobody took up: the controller does not work, whatever its pod says; or the object is suspended,
 * and then it is a note. A request that is being worked on shows as Reconciling and counts as taken up.
 */
export function unheardRequests(
  snapshot: Snapshot,
  items: readonly (App | SourceItem)[],
): readonly Finding[] {
  return items.flatMap(item => {
    const since = openSince(item, snapshot.now);
    if (since === null) return [];
    const waited = calmAge(snapshot.now - since);
    const suspended = item.standing.state === 'suspended';
    const who: Safe = controllerOf(item);
    const message = suspended
      ? say`was asked to reconcile ${waited} ago, but is suspended`
      : say`was asked to reconcile ${waited} ago and was not taken up: ${who} does not work`;
    return [
      finding({
        problem: 'not-reconciled',
        severity: suspended ? 'note' : 'warning',
        object: item.ref,
        message,
        since,
        chargedTo: suspended ? null : 'flux',
      }),
    ];
  });
}

function controllerOf(item: App | SourceItem): Safe {
  const name = 'kind' in item ? controllers[item.kind] : 'source-controller';
  return name as string as Safe;
}

/** When the request was made (epoch ms), if it is open for too long; null otherwise, or when its time cannot be read. */
function openSince({ object }: App | SourceItem, now: number): number | null {
  const asked = object.metadata.annotations?.[REQUESTED];
  if (asked === undefined || asked === object.status?.lastHandledReconcileAt) return null;
  const conditions: readonly { readonly type?: string; readonly status?: string }[] =
    object.status?.conditions ?? [];
  if (conditions.some(one => one.type === 'Reconciling' && one.status === 'True')) return null;
  const at = /^\d{9,11}$/.test(asked) ? Number(asked) * 1000 : Date.parse(asked);
  return Number.isFinite(at) && now - at > PATIENCE ? at : null;
}
