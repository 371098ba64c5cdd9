import type { Snapshot } from '../cluster/snapshot.ts';
import { dnsNamespace } from '../cluster/told.ts';

/** Whether a Service has a ready endpoint; `unknown` for namespaces whose endpoints are not watched. */
export function sliceReadiness(
  snapshot: Snapshot,
  namespace: string | undefined,
  name: string | undefined,
): 'ready' | 'none' | 'unknown' {
  const slices = snapshot.streams['slices-system'];
  if (namespace !== dnsNamespace(snapshot) || name === undefined || slices.freshness.state !== 'live')
    return 'unknown';
  for (const slice of slices.items.values()) {
    if (slice.metadata.labels?.['kubernetes.io/service-name'] !== name) continue;
    if (slice.endpoints?.some(endpoint => endpoint.conditions?.ready !== false)) return 'ready';
  }
  return 'none';
}
