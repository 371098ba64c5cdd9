/**
 * What may ever run by itself. Not among them: clearing Helm locks, anything with webhooks, finalizers, secrets or whole
 * namespaces, taking over fields and ownership, and what somebody may have done on purpose (cordons, suspensions).
 */
const automatic: ReadonlySet<string> = new Set([
  'scale-coredns',
  'restart-rollout',
  'delete-pod',
  'reconcile',
  'reset-helmrelease',
  'sync-release',
  'install-flux',
]);

/** Whether a built-in action may be opted in to run without being asked for; all others are never more than offered. */
export function canHeal(action: string): boolean {
  return automatic.has(action);
}
