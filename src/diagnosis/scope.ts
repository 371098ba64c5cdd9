import type { ObjectRef } from '../cluster/object-ref.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import type { Finding } from '../layers/layer.ts';
import { nodeStates } from '../layers/node-state.ts';
import { isPodReady, podsMatching } from '../layers/pods.ts';
import type { Safe } from '../text/safe.ts';

/** The nodes that something is confined to; null when they are all nodes there are, or none is named. */
export function scopeOf(snapshot: Snapshot, nodes: ReadonlySet<Safe> | null): ReadonlySet<Safe> | null {
  if (nodes === null || nodes.size === 0) return null;
  const all = nodeStates(snapshot).size;
  return all > 0 && nodes.size >= all ? null : nodes;
}

/** True when everything that the finding complains about sits on these nodes. Without proof of where it sits: false. */
export function isConfined(snapshot: Snapshot, finding: Finding, nodes: ReadonlySet<Safe>): boolean {
  if (finding.nodes !== null && finding.nodes.length > 0) return finding.nodes.every(node => nodes.has(node));
  const homes = finding.object === null ? [] : troubledHomes(snapshot, finding.object);
  return homes.length > 0 && homes.every(home => home !== undefined && nodes.has(home));
}

/** The nodes of the pods of a workload that are not ready; `undefined` for a pod that has no node. */
function troubledHomes(snapshot: Snapshot, object: ObjectRef): readonly (Safe | undefined)[] {
  const namespace = object.namespace ?? '';
  const key = `${namespace}/${object.name}`;
  const { streams } = snapshot;
  if (object.kind === 'Pod') {
    const pod = streams['pods-system'].items.get(key) ?? streams['pods-flux'].items.get(key);
    return pod === undefined ? [] : [pod.spec?.nodeName];
  }
  const workload =
    object.kind === 'DaemonSet'
      ? streams.daemonsets.items.get(key)
      : (streams['deployments-system'].items.get(key) ??
        streams['deployments-flux'].items.get(key) ??
        streams['deployments-cni'].items.get(key));
  const pods = podsMatching(snapshot, namespace, workload?.spec?.selector?.matchLabels);
  return pods.filter(pod => !isPodReady(snapshot, pod)).map(pod => pod.spec?.nodeName);
}
