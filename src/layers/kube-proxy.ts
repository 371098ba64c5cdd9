import type { ObjectRef } from '../cluster/object-ref.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { say } from '../text/safe.ts';
import type { CniPlugin } from './cni-plugins.ts';
import { workloadFindings } from './cni-side.ts';
import { finding, named, ref } from './judgement.ts';
import type { Finding } from './layer.ts';
import { nodeStateList } from './node-state.ts';
import { knownPods, podsMatching } from './pods.ts';
import { daemonSetReport } from './workload.ts';

/**
 * Who serves Service addresses. A missing kube-proxy is a fault only when its ConfigMap says that it should run as pods
 * (elsewhere it may be a process of the node) and nothing replaces it; its rules stay in the kernel, so the fault
 * lies in wait until a reboot or a change of endpoints.
 */
export function kubeProxy(snapshot: Snapshot, plugin: CniPlugin | null): readonly Finding[] {
  const daemonSet = snapshot.streams.daemonsets.items.get('kube-system/kube-proxy');
  if (daemonSet !== undefined) {
    const pods = podsMatching(snapshot, 'kube-system', daemonSet.spec?.selector?.matchLabels);
    return workloadFindings(ref('DaemonSet', daemonSet.metadata), daemonSetReport(snapshot, daemonSet, pods));
  }
  if (!snapshot.streams['config-kube-proxy'].items.has('kube-system/kube-proxy')) return [];
  if (!isNeeded(snapshot, plugin) || isInsideNodeProcess(snapshot) || hasStaticPods(snapshot)) return [];
  return [
    finding({
      problem: 'missing',
      severity: 'critical',
      object: named('DaemonSet', 'kube-system', 'kube-proxy'),
      message: say`does not exist and nothing replaces it: rules in the kernel stay as they are until the next reboot`,
    }),
  ];
}

/** The DaemonSet whose pods route the addresses of Services; null where a process of the node itself does, or nobody knows. */
export function serviceRouter(snapshot: Snapshot): ObjectRef | null {
  const { items } = snapshot.streams.daemonsets;
  const proxy = items.get('kube-system/kube-proxy');
  if (proxy !== undefined) return ref('DaemonSet', proxy.metadata);
  const agent = items.get('kube-system/cilium');
  return agent !== undefined && isReplaced(snapshot) ? ref('DaemonSet', agent.metadata) : null;
}

function isReplaced(snapshot: Snapshot): boolean {
  const told = replacementIn(snapshot);
  return told === 'true' || told === 'strict';
}

function replacementIn({ streams }: Snapshot): string | undefined {
  return streams['config-cilium'].items.get('kube-system/cilium-config')?.data?.['kube-proxy-replacement'];
}

function isNeeded(snapshot: Snapshot, plugin: CniPlugin | null): boolean {
  if (plugin === null) return false;
  if (plugin.needsKubeProxy) return true;
  if (plugin.name !== 'Cilium') return false;
  const told = replacementIn(snapshot);
  return told === 'false' || told === 'disabled';
}

function isInsideNodeProcess(snapshot: Snapshot): boolean {
  return nodeStateList(snapshot).some(state => state.node.status?.nodeInfo?.kubeletVersion?.includes('+k3s'));
}

function hasStaticPods(snapshot: Snapshot): boolean {
  return knownPods(snapshot).some(
    pod => pod.metadata.namespace === 'kube-system' && pod.metadata.name.startsWith('kube-proxy-'),
  );
}
