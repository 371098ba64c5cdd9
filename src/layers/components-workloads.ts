import type { DaemonSet, Deployment } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import type { Safe } from '../text/safe.ts';
import type { ComponentFacts } from './components-facts.ts';
import { dnsWorkload } from './dns-workload.ts';
import { compare } from './judgement.ts';
import { memoOn } from './memo.ts';
import { podsMatching } from './pods.ts';
import { imageVersion } from './version.ts';
import { daemonSetReport, deploymentReport, type WorkloadReport } from './workload.ts';

/** One workload of a component, judged. */
export interface ComponentWorkload {
  readonly kind: 'DaemonSet' | 'Deployment';
  readonly name: Safe;
  readonly object: DaemonSet | Deployment;
  readonly report: WorkloadReport;
  /** Versions that its pods run, and its template; more than one while it rolls. */
  readonly versions: readonly Safe[];
}

/**
 * The workloads of a component: by the mark that Helm leaves on what it installs, or by their well-known names.
 * Workloads in namespaces that are not watched are not found.
 */
export function componentWorkloads(
  snapshot: Snapshot,
  release: string,
  namespace: string,
  facts: ComponentFacts,
): readonly ComponentWorkload[] {
  return workloads(snapshot)
    .filter(({ object }) => {
      const { metadata } = object;
      if (metadata.annotations?.['meta.helm.sh/release-name'] === release) {
        return (metadata.annotations['meta.helm.sh/release-namespace'] ?? namespace) === namespace;
      }
      if (facts.layer === 'dns' && dnsWorkload(snapshot).object === object) return true;
      return metadata.namespace === namespace && facts.workloads.includes(metadata.name);
    })
    .map(found => judged(snapshot, found));
}

/** The workload without which the component does nothing; of an unknown chart the first one. Undefined when it is not there. */
export function mainWorkload(
  snapshot: Snapshot,
  workloads: readonly ComponentWorkload[],
  facts: ComponentFacts,
): ComponentWorkload | undefined {
  const [main] = facts.workloads;
  if (main === undefined) return workloads[0];
  const dns = facts.layer === 'dns' ? dnsWorkload(snapshot).object : undefined;
  return workloads.find(one => one.object === dns) ?? workloads.find(one => one.name === main);
}

interface Found {
  readonly kind: 'DaemonSet' | 'Deployment';
  readonly object: DaemonSet | Deployment;
}

const workloads: (snapshot: Snapshot) => readonly Found[] = memoOn(
  ({ streams }) => [
    streams.daemonsets.items,
    streams['deployments-system'].items,
    streams['deployments-cni'].items,
    streams['deployments-flux'].items,
    streams['deployments-cert-manager'].items,
  ],
  snapshot => {
    const { streams } = snapshot;
    const deployments = new Map<string, Deployment>();
    for (const id of [
      'deployments-system',
      'deployments-cni',
      'deployments-flux',
      'deployments-cert-manager',
    ] as const) {
      for (const [key, object] of streams[id].items) deployments.set(key, object);
    }
    const all: Found[] = [
      ...[...streams.daemonsets.items.values()].map(object => ({ kind: 'DaemonSet' as const, object })),
      ...[...deployments.values()].map(object => ({ kind: 'Deployment' as const, object })),
    ];
    return all.sort(
      (a, b) => compare(a.kind, b.kind) || compare(a.object.metadata.name, b.object.metadata.name),
    );
  },
);

function judged(snapshot: Snapshot, { kind, object }: Found): ComponentWorkload {
  const { namespace = '', name } = object.metadata;
  const pods = podsMatching(snapshot, namespace, object.spec?.selector?.matchLabels);
  const known = seesPodsOf(snapshot, object) ? pods : null;
  const report =
    kind === 'DaemonSet'
      ? daemonSetReport(snapshot, object as DaemonSet, known)
      : deploymentReport(snapshot, object as Deployment, known);
  const [main] = object.spec?.template?.spec?.containers ?? [];
  // The status names one of several tags that the same image may have; the specification names the one that was asked for.
  const kinds = [...new Set(pods.map(pod => pod.spec?.containers))];
  const running = kinds.map(containers => containers?.find(c => c.name === main?.name)?.image);
  const versions = [...new Set([main?.image, ...running])].flatMap(image => imageVersion(image) ?? []);
  return { kind, name, object, report, versions: [...new Set(versions)] };
}

/** Pods are watched whole in two namespaces, and those of network agents everywhere; elsewhere only the pending ones. */
function seesPodsOf(snapshot: Snapshot, { metadata, spec }: DaemonSet | Deployment): boolean {
  if (metadata.namespace === 'kube-system' || metadata.namespace === snapshot.fluxNamespace) return true;
  return /^(?:cilium|calico|flannel|kube-router|canal|tigera)/.test(
    spec?.selector?.matchLabels?.['k8s-app'] ?? '',
  );
}
