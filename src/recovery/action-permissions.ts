import { type KindId, kinds } from '../cluster/kinds.ts';
import { streamIds } from './flux-objects.ts';
import type { Need } from './plan.ts';

/** Something that an action must be allowed to do wherever its target is. */
export interface Permission extends Omit<Need, 'namespace' | 'name'> {
  /** Null: in any namespace, or at the scope of the cluster. */
  readonly namespace: string | null;
}

const { FluxInstance: instances, ...others } = streamIds;
const flux = Object.values(others);

/**
 * What each action that works through the API or by `flux reconcile` may need, whatever its target. Actions that are
 * absent install charts: they need whatever the charts hold, which only their installation tells.
 */
export const actionPermissions: Readonly<Record<string, readonly Permission[]>> = {
  'scale-coredns': [{ ...patch('deployments', 'kube-system'), subresource: 'scale' }],
  'restart-rollout': [patch('deployments'), patch('daemonsets')],
  reconcile: [patch(instances), ...flux.map(id => patch(id))],
  'reset-helmrelease': [patch('helmreleases')],
  suspend: flux.map(id => patch(id)),
  resume: flux.map(id => patch(id)),
  uncordon: [patch('nodes')],
  'remove-taint': [patch('nodes')],
  'delete-pod': [{ ...patch('pods'), verb: 'delete' }],
  'open-webhook': [patch('validatingwebhooks'), patch('mutatingwebhooks')],
};

function patch(id: KindId, namespace: string | null = null): Permission {
  const { group, resource } = kinds[id];
  return { verb: 'patch', group, resource, namespace };
}
