import type { DaemonSet, Deployment, Pod } from '../cluster/kinds.ts';
import type { ObjectRef } from '../cluster/object-ref.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { dnsNamespace } from '../cluster/told.ts';
import { named, ref } from './judgement.ts';
import { memo } from './memo.ts';
import { podsMatching } from './pods.ts';
import { daemonSetReport, deploymentReport, type WorkloadReport } from './workload.ts';

/** CoreDNS as this cluster runs it. */
export interface DnsWorkload {
  readonly ref: ObjectRef;
  /** Undefined when no CoreDNS was found; `ref` then names the one that should be there. */
  readonly object: Deployment | DaemonSet | undefined;
  readonly pods: readonly Pod[];
  readonly report: WorkloadReport;
}

const dnsLabels = new Set(['kube-dns', 'coredns']);

/**
 * Finds CoreDNS in kube-system. The distributions differ in names (`coredns`, `rke2-coredns-rke2-coredns`) and in the
 * label (`k8s-app` is `kube-dns`, or `coredns` with the chart's own values), so both labels and the image are looked at.
 */
export const dnsWorkload: (snapshot: Snapshot) => DnsWorkload = memo(snapshot => {
  const namespace = dnsNamespace(snapshot);
  const stream = namespace === 'kube-system' ? 'deployments-system' : 'deployments-dns';
  const told = snapshot.told?.dns?.selector ?? null;
  const deployment = best([...snapshot.streams[stream].items.values()], told);
  if (deployment !== undefined) {
    const pods = podsMatching(snapshot, namespace, deployment.spec?.selector?.matchLabels);
    const report = deploymentReport(snapshot, deployment, pods);
    return { ref: ref('Deployment', deployment.metadata), object: deployment, pods, report };
  }
  const daemonSet = best(
    [...snapshot.streams.daemonsets.items.values()].filter(ds => ds.metadata.namespace === namespace),
    told,
  );
  if (daemonSet !== undefined) {
    const pods = podsMatching(snapshot, namespace, daemonSet.spec?.selector?.matchLabels);
    const report = daemonSetReport(snapshot, daemonSet, pods);
    return { ref: ref('DaemonSet', daemonSet.metadata), object: daemonSet, pods, report };
  }
  const pods = podsMatching(snapshot, namespace, told ?? { 'k8s-app': 'kube-dns' });
  const report = deploymentReport(snapshot, undefined, pods);
  return { ref: named('Deployment', namespace, 'coredns'), object: undefined, pods, report };
});

type Labels = Readonly<Record<string, string>>;

function best<T extends Deployment | DaemonSet>(all: readonly T[], told: Labels | null): T | undefined {
  const scored = all
    .map(object => ({ object, score: told === null ? likeness(object) : fits(object, told) }))
    .filter(one => one.score > 0);
  scored.sort((a, b) => b.score - a.score || (a.object.metadata.name < b.object.metadata.name ? -1 : 1));
  return scored[0]?.object;
}

/** What the user told counts alone: whoever names labels knows that the usual ones mislead. */
function fits({ spec, metadata }: Deployment | DaemonSet, told: Labels): number {
  const labels = { ...metadata.labels, ...spec?.template?.metadata?.labels, ...spec?.selector?.matchLabels };
  return Object.entries(told).every(([name, value]) => labels[name] === value) ? 1 : 0;
}

/** 0: not CoreDNS. The image weighs most: autoscalers and caches carry similar names. */
function likeness(object: Deployment | DaemonSet): number {
  const template = object.spec?.template;
  const image = template?.spec?.containers?.some(c => /(?:^|[/-])coredns(?:[:@]|$)/.test(c.image ?? ''));
  const label = template?.metadata?.labels?.['k8s-app'] ?? object.metadata.labels?.['k8s-app'] ?? '';
  return (image ? 4 : 0) + (dnsLabels.has(label) ? 2 : 0) + (object.metadata.name === 'coredns' ? 1 : 0);
}
