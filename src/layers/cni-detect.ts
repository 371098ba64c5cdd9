import type { DaemonSet } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { type CniPlugin, cniPlugins } from './cni-plugins.ts';
import { toldCni } from './cni-told.ts';
import { type HelmRelease, releaseNamed } from './helm-releases.ts';
import { compare } from './judgement.ts';
import { memo } from './memo.ts';
import { nodeStateList } from './node-state.ts';

/** What is known of the cluster's CNI: found, known to belong here but gone, inside the node's own process, or none. */
export type Detected =
  | {
      readonly kind: 'found';
      readonly plugin: CniPlugin;
      readonly daemonSet: DaemonSet;
      readonly others: readonly CniPlugin[];
    }
  | { readonly kind: 'gone'; readonly plugin: CniPlugin; readonly release: HelmRelease | null }
  | { readonly kind: 'embedded' }
  | { readonly kind: 'none' };

/**
 * Finds the CNI by its agents; when there are none, by what an uninstalled or deleted one leaves behind: a Helm
 * release, its operator or configuration, its definitions, the word of the nodes. k3s runs Flannel in its own process.
 */
export const detectCni: (snapshot: Snapshot) => Detected = memo(snapshot => {
  const told = toldCni(snapshot);
  if (told !== null) return told;
  const found = cniPlugins.flatMap(plugin => {
    const daemonSet = agentsOf(snapshot, plugin);
    return daemonSet === undefined ? [] : [{ plugin, daemonSet }];
  });
  const [first, ...others] = found;
  const removed = cniPlugins
    .map(plugin => ({ plugin, release: releaseNamed(snapshot, plugin.releases) ?? null }))
    .find(({ plugin, release }) => isInstalled(release) && !found.some(f => f.plugin === plugin));
  if (first !== undefined && (removed === undefined || first.plugin.name === 'Canal')) {
    return { kind: 'found', ...first, others: others.map(other => other.plugin) };
  }
  if (removed !== undefined && (first === undefined || first.plugin.chains)) {
    return { kind: 'gone', ...removed };
  }
  if (first !== undefined) return { kind: 'found', ...first, others: others.map(other => other.plugin) };
  if (isEmbedded(snapshot)) return { kind: 'embedded' };
  const traced = cniPlugins.find(plugin => leftTraces(snapshot, plugin));
  if (traced === undefined) return { kind: 'none' };
  return { kind: 'gone', plugin: traced, release: releaseNamed(snapshot, traced.releases) ?? null };
});

function agentsOf(snapshot: Snapshot, plugin: CniPlugin): DaemonSet | undefined {
  const sets = [...snapshot.streams.daemonsets.items].filter(([, set]) => {
    if (!plugin.agents.includes(set.metadata.name)) return false;
    const labels = { ...set.metadata.labels, ...set.spec?.selector?.matchLabels };
    const label = labels['k8s-app'] ?? labels.app;
    return label === undefined || label === plugin.label;
  });
  return sets.sort(([a], [b]) => (a < b ? -1 : 1))[0]?.[1];
}

function isInstalled(release: HelmRelease | null): boolean {
  return release !== null && release.status !== 'uninstalled' && release.status !== 'uninstalling';
}

function isEmbedded(snapshot: Snapshot): boolean {
  const nodes = nodeStateList(snapshot);
  return (
    nodes.length > 0 &&
    nodes.every(
      state =>
        state.node.metadata.annotations?.['flannel.alpha.coreos.com/backend-type'] !== undefined &&
        state.node.status?.nodeInfo?.kubeletVersion?.includes('+k3s') === true,
    )
  );
}

function leftTraces(snapshot: Snapshot, plugin: CniPlugin): boolean {
  const { crds } = snapshot.streams;
  if (releaseNamed(snapshot, plugin.releases) !== undefined) return true;
  if (plugin.operator !== null && operatorOf(snapshot, plugin, null) !== undefined) return true;
  if (plugin.name === 'Cilium' && snapshot.streams['config-cilium'].items.size > 0) return true;
  const { group } = plugin;
  if (group !== null && [...crds.items.keys()].some(name => name.endsWith(group))) return true;
  return nodeStateList(snapshot).some(state =>
    state.node.status?.conditions?.some(
      c => c.type === 'NetworkUnavailable' && c.reason !== undefined && c.reason === plugin.nodeReason,
    ),
  );
}

/** The operator's Deployment, in the agents' namespace when that is given, else wherever it is. */
export function operatorOf(snapshot: Snapshot, plugin: CniPlugin, namespace: string | null) {
  if (plugin.operator === null) return undefined;
  const known = (['deployments-system', 'deployments-cni'] as const).flatMap(id => [
    ...snapshot.streams[id].items,
  ]);
  return known
    .filter(
      ([, { metadata }]) =>
        metadata.name === plugin.operator && metadata.namespace === (namespace ?? metadata.namespace),
    )
    .sort(([a], [b]) => compare(a, b))[0]?.[1];
}
