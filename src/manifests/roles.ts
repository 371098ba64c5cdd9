import { kinds } from '../cluster/kinds.ts';
import { actionPermissions } from '../recovery/action-permissions.ts';
import { type ObserverAsk, observerRules } from './observer-rules.ts';
import type { Rule } from './rule.ts';

export const roleNames = ['observer', 'logs', 'operator', 'prober'] as const;
export type RoleName = (typeof roleNames)[number];

export interface RolesAsk extends ObserverAsk {
  /** Whose logs may be read; `['*']` for all namespaces. */
  readonly logsIn: readonly string[];
  /** What the probes ask for. */
  readonly probes: readonly Rule[];
}

/** What each role is for, in one sentence: it stands above it. */
export const rolePurposes: Readonly<Record<RoleName, string>> = {
  observer: 'Watches: reads everything that layers are judged by. It changes nothing and reads no Secret.',
  logs: 'Reads the logs of containers that are broken, which often hold the cause. Logs can hold secrets.',
  operator: [
    'Runs the actions that work through the API (scale, restart, reconcile, suspend, uncordon, ...), and holds the lock.',
    'It is not enough to sync releases: helmfile and helm need whatever the charts hold, roles included.',
    'Leave that to people with a role of their own (cluster-admin, as for the bootstrap itself).',
    'Actions of a configuration run commands of their own: what those need, only their author knows; it is not in here.',
  ].join('\n'),
  prober: [
    'Probes actively: DNS through the API server, a short-lived pod on each node and one Service, in groundup-probe only.',
    'Where it may patch pods/ephemeralcontainers or create pods/exec, whoever holds it can act as any pod of that namespace.',
  ].join('\n'),
};

/** The rules of a role, worked out from what is watched, run and probed: there is no second list to forget. */
export function rulesOf(role: RoleName, ask: RolesAsk): readonly Rule[] {
  switch (role) {
    case 'observer':
      return observerRules(ask);
    case 'logs':
      return ask.logsIn.map(namespace => ({
        namespace: namespace === '*' ? null : namespace,
        group: '',
        resource: 'pods/log',
        verbs: ['get'],
      }));
    case 'operator':
      return [...actionRules(), ...lockRules()];
    case 'prober':
      return ask.probes;
  }
}

function actionRules(): readonly Rule[] {
  return Object.values(actionPermissions)
    .flat()
    .map(({ namespace, group, resource, subresource, verb }) => ({
      namespace,
      group,
      resource: subresource === undefined ? resource : `${resource}/${subresource}`,
      verbs: [verb],
    }));
}

/** RBAC cannot restrict `create` to a name. */
function lockRules(): readonly Rule[] {
  const { group, resource } = kinds.leases;
  const rule = { namespace: 'kube-system', group, resource };
  return [
    { ...rule, verbs: ['create'] },
    { ...rule, verbs: ['get', 'update'], names: ['groundup-recovery'] },
  ];
}
