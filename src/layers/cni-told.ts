import type { DaemonSet } from '../cluster/kinds.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { type CniPlugin, cniPlugins, plainPlugin } from './cni-plugins.ts';
import { compare } from './judgement.ts';

/** The agents that the user pointed at: found, or gone. */
export type ToldCni =
  | {
      readonly kind: 'found';
      readonly plugin: CniPlugin;
      readonly daemonSet: DaemonSet;
      readonly others: readonly CniPlugin[];
    }
  | { readonly kind: 'gone'; readonly plugin: CniPlugin; readonly release: null };

/** The CNI where the user said that it is; null when nothing was said. A CNI that is not known by name is judged by its agents alone. */
export function toldCni(snapshot: Snapshot): ToldCni | null {
  const told = snapshot.told?.cni ?? null;
  if (told === null) return null;
  const wanted = Object.entries(told.selector ?? {});
  const [daemonSet] = [...snapshot.streams.daemonsets.items.values()]
    .filter(({ metadata, spec }) => {
      const labels = {
        ...metadata.labels,
        ...spec?.template?.metadata?.labels,
        ...spec?.selector?.matchLabels,
      };
      const isKnown = wanted.length > 0 || cniPlugins.some(one => one.agents.includes(metadata.name));
      return (
        metadata.namespace === told.namespace &&
        isKnown &&
        wanted.every(([name, value]) => labels[name] === value)
      );
    })
    .sort((a, b) => compare(a.metadata.name, b.metadata.name));
  const [, label = 'cni'] = wanted[0] ?? [];
  const known = cniPlugins.find(one =>
    daemonSet === undefined ? one.label === label : one.agents.includes(daemonSet.metadata.name),
  );
  const plugin: CniPlugin = known ?? {
    ...plainPlugin,
    name: daemonSet?.metadata.name ?? label,
    agents: [daemonSet?.metadata.name ?? label],
    label,
  };
  const here = { ...plugin, namespace: told.namespace };
  return daemonSet === undefined
    ? { kind: 'gone', plugin: here, release: null }
    : { kind: 'found', plugin: here, daemonSet, others: [] };
}
