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

function isNeeded(snapshot: Snapshot, plugin: CniPlugin | null): boolean {
  if (plugin === null) return false;
  if (plugin.needsKubeProxy) return true;
  if (plugin.name !== 'Cilium') return false;
  const data = snapshot.streams['config-cilium'].items.get('kube-system/cilium-config')?.data;
  return data?.['kube-proxy-replacement'] === 'false' || data?.['kube-proxy-replacement'] === 'disabled';
}

function isInsideNodeProcess(snapshot: Snapshot): boolean {
  return nodeStateList(snapshot).some(state => state.node.status?.nodeInfo?.kubeletVersion?.includes('+k3s'));
}

function hasStaticPods(snapshot: Snapshot): boolean {
  return knownPods(snapshot).some(
    pod => pod.metadata.namespace === 'kube-system' && pod.metadata.name.startsWith('kube-proxy-'),
  );
}
