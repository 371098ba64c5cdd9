import type { Service } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { field } from '../text/field.ts';
import type { Safe } from '../text/safe.ts';
import { dnsWorkload } from './dns-workload.ts';
import { compare } from './judgement.ts';
import { memo } from './memo.ts';

/**
 * The address that kubelets hand to pods as their resolver. No API tells it, but installers agree: the API server takes
 * the first address of the Service range and DNS the tenth, so it follows from `default/kubernetes`.
 * Null when that Service does not have a first address: then nothing can be inferred.
 */
export function dnsAddress(snapshot: Snapshot): Safe | null {
  for (const service of snapshot.streams['service-kubernetes'].items.values()) {
    const address = service.spec?.clusterIP ?? '';
    const v4 = /^(\d{1,3}\.\d{1,3}\.\d{1,3}\.)1$/.exec(address);
    if (v4 !== null) return field(`${v4[1]}10`);
    const v6 = /^([0-9a-f:]{1,39}::)1$/i.exec(address);
    if (v6 !== null) return field(`${v6[1]}a`);
  }
  return null;
}

/**
 * The Service of CoreDNS: by its customary name, else by label or selector among those that serve port 53.
 * Undefined when there is none.
 */
export const dnsService: (snapshot: Snapshot) => Service | undefined = memo(snapshot => {
  const services = [...snapshot.streams['services-system'].items.values()];
  const scored = services
    .map(service => ({ service, score: likeness(snapshot, service) }))
    .filter(one => one.score > 0)
    .sort((a, b) => b.score - a.score || compare(a.service.metadata.name, b.service.metadata.name));
  return scored[0]?.service;
});

/** 0: not a DNS Service. Metrics Services carry the same labels, but not port 53. */
function likeness(snapshot: Snapshot, { metadata, spec }: Service): number {
  if (metadata.name === 'kube-dns') return 8;
  if (!spec?.ports?.some(p => p.port === 53) || spec.clusterIP === 'None') return 0;
  if (metadata.labels?.['k8s-app'] === 'node-local-dns' || metadata.name === 'kube-dns-upstream') return 0;
  const byAddress = spec.clusterIP !== undefined && spec.clusterIP === dnsAddress(snapshot) ? 4 : 0;
  const label = metadata.labels?.['k8s-app'];
  const byLabel = label === 'kube-dns' || label === 'coredns' ? 2 : 0;
  const byName = metadata.name === dnsWorkload(snapshot).ref.name ? 1 : 0;
  return byAddress + byLabel + byName;
}
