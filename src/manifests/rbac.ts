import { type Document, documentsText } from './document.ts';
import { type RoleName, type RolesAsk, rolePurposes, rulesOf } from './roles.ts';
import { type Rule, roleRules, scopesOf } from './rule.ts';

/** Who gets the roles: a service account that is made with them, or somebody whom the cluster knows already. */
export type Grantee =
  | { readonly kind: 'ServiceAccount'; readonly name: string; readonly namespace: string }
  | { readonly kind: 'User' | 'Group'; readonly name: string };

export interface RbacAsk extends RolesAsk {
  readonly roles: readonly RoleName[];
  readonly grantee: Grantee;
  /** The namespace of probe pods, ready to be created. */
  readonly probeNamespace: unknown;
}

const labels = { 'app.kubernetes.io/name': 'groundup', 'app.kubernetes.io/managed-by': 'groundup' };
const api = 'rbac.authorization.k8s.io';

/** The chosen roles with their bindings, as YAML. A role that holds in some namespaces only is a Role in each of them. */
export function rbacText(ask: RbacAsk): string {
  const { roles, grantee } = ask;
  return documentsText(headOf(ask), [
    ...(grantee.kind === 'ServiceAccount' ? accountDocuments(grantee) : []),
    ...(roles.includes('prober') ? [{ object: ask.probeNamespace }] : []),
    ...roles.flatMap(role => roleDocuments(role, rulesOf(role, ask), grantee)),
  ]);
}

function headOf({ roles, grantee }: RbacAsk): string {
  const token =
    grantee.kind === 'ServiceAccount'
      ? `\nA token for it: kubectl -n ${grantee.namespace} create token ${grantee.name}`
      : '';
  return `groundup: ${roles.join(', ')} for the ${grantee.kind} ${grantee.name}\nApply with: kubectl apply -f FILE${token}`;
}

/** Namespaces that every cluster has. */
const given: ReadonlySet<string> = new Set(['kube-system', 'default', 'kube-public']);

function accountDocuments({ name, namespace }: { name: string; namespace: string }): readonly Document[] {
  const own = { object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } } };
  return [
    ...(given.has(namespace) ? [] : [own]),
    { object: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace, labels } } },
  ];
}

function roleDocuments(role: RoleName, rules: readonly Rule[], grantee: Grantee): readonly Document[] {
  const name = `groundup-${role}`;
  return scopesOf(rules).flatMap((namespace, i): readonly Document[] => {
    const cluster = namespace === null;
    const metadata = { name, ...(cluster ? {} : { namespace }), labels };
    const kind = cluster ? 'ClusterRole' : 'Role';
    return [
      {
        ...(i === 0 ? { remark: rolePurposes[role] } : {}),
        object: { apiVersion: `${api}/v1`, kind, metadata, rules: roleRules(rules, namespace) },
      },
      {
        object: {
          apiVersion: `${api}/v1`,
          kind: `${kind}Binding`,
          metadata: { ...metadata, name: `${name}-${grantee.name}`.replace(/[^\w.:-]/g, '-') },
          roleRef: { apiGroup: api, kind, name },
          subjects: [subjectOf(grantee)],
        },
      },
    ];
  });
}

function subjectOf(grantee: Grantee) {
  const { kind, name } = grantee;
  return kind === 'ServiceAccount'
    ? { kind, name, namespace: grantee.namespace }
    : { kind, name, apiGroup: api };
}
