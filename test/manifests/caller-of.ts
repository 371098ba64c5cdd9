import { parseAllDocuments } from 'yaml';
import { rbacText } from '../../src/manifests/rbac.ts';
import type { RoleName } from '../../src/manifests/roles.ts';
import { type ProbeNeed, probeNamespaceObject, probeNeeds } from '../../src/probes/needs.ts';
import { type Attributes, type Caller, limitedTo, type Rule } from '../../src/simulator/api/access.ts';

/** The YAML that `groundup manifests rbac` prints for these roles. */
export function rbac(...roles: readonly RoleName[]): string {
  return rbacWith(probeNeeds, ...roles);
}

/** The same, with other things that probes ask for. */
export function rbacWith(probes: readonly ProbeNeed[], ...roles: readonly RoleName[]): string {
  return rbacText({
    roles,
    grantee: { kind: 'ServiceAccount', name: 'groundup', namespace: 'groundup' },
    fluxNamespace: 'flux-system',
    helmState: false,
    logsIn: ['kube-system', 'flux-system'],
    probes,
    probeNamespace: probeNamespaceObject,
  });
}

interface RoleObject {
  readonly kind: string;
  readonly metadata: { readonly namespace?: string };
  readonly rules?: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly resourceNames?: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

export function objectsIn(yaml: string): readonly RoleObject[] {
  return parseAllDocuments(yaml).map(document => ('toJS' in document ? document.toJS() : document));
}

/** What the printed roles grant, as the simulated API server understands it. */
export function rulesIn(yaml: string): readonly Rule[] {
  return objectsIn(yaml).flatMap(({ metadata, rules }) =>
    (rules ?? []).map(({ apiGroups, resources, resourceNames, verbs }) => ({
      groups: apiGroups,
      resources,
      verbs,
      ...(resourceNames === undefined ? {} : { names: resourceNames }),
      ...(metadata.namespace === undefined ? {} : { namespaces: [metadata.namespace] }),
    })),
  );
}

/** Somebody who may do exactly this, and the requests that were judged (questions about permission are none). */
export function witnessed(rules: readonly Rule[]): {
  readonly caller: Caller;
  readonly requests: readonly (Attributes & { readonly allowed: boolean })[];
} {
  const bare = limitedTo('witnessed', rules);
  const requests: (Attributes & { allowed: boolean })[] = [];
  const allow = (attributes: Attributes): boolean => {
    const allowed = bare.allow(attributes);
    if (attributes.path !== '') requests.push({ ...attributes, allowed });
    return allowed;
  };
  return { caller: { ...bare, allow }, requests };
}
