/** Permission in the words of RBAC, and where it holds; `namespace` null: in the whole cluster. */
export interface Rule {
  readonly namespace: string | null;
  readonly group: string;
  /** With its subresource: `pods/log`. */
  readonly resource: string;
  readonly verbs: readonly string[];
  readonly names?: readonly string[];
}

/** A rule as a Role holds it. */
export interface RoleRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/**
 * Rules of one scope as a Role lists them: what a wider rule grants already is left out, and what is allowed alike
 * stands together, so that a person can read it.
 */
export function roleRules(rules: readonly Rule[], namespace: string | null): readonly RoleRule[] {
  const everywhere = rules.filter(rule => rule.namespace === null);
  const own = rules.filter(rule => rule.namespace === namespace);
  const needed = own.filter(rule => !isGrantedBy(rule, namespace === null ? own : [...everywhere, ...own]));
  const groups = new Map<string, { rule: Rule; resources: Set<string>; names: Set<string> }>();
  for (const rule of needed) {
    const own = rule.names === undefined ? null : rule.resource;
    const key = JSON.stringify([rule.group, rule.verbs, own]);
    const found = groups.get(key) ?? { rule, resources: new Set(), names: new Set() };
    found.resources.add(rule.resource);
    for (const name of rule.names ?? []) found.names.add(name);
    groups.set(key, found);
  }
  return [...groups.values()].map(({ rule, resources, names }) => ({
    apiGroups: [rule.group],
    resources: [...resources].toSorted(),
    ...(names.size === 0 ? {} : { resourceNames: [...names].toSorted() }),
    verbs: rule.verbs,
  }));
}

/** Where the rules hold: null for the whole cluster first, then the namespaces. */
export function scopesOf(rules: readonly Rule[]): readonly (string | null)[] {
  const namespaces = new Set(rules.flatMap(rule => rule.namespace ?? []));
  return [null, ...[...namespaces].toSorted()].filter(scope => roleRules(rules, scope).length > 0);
}

function isGrantedBy(rule: Rule, others: readonly Rule[]): boolean {
  return others.some(
    other =>
      other !== rule &&
      other.group === rule.group &&
      other.resource === rule.resource &&
      rule.verbs.every(verb => other.verbs.includes(verb)) &&
      covers(other.names, rule.names) &&
      !isSame(other, rule),
  );
}

function covers(wide: Rule['names'], narrow: Rule['names']): boolean {
  return wide === undefined || (narrow?.every(name => wide.includes(name)) ?? false);
}

/** The same rule twice is no reason to drop both: equal ones fall together by their key. */
function isSame(a: Rule, b: Rule): boolean {
  return (
    a.namespace === b.namespace &&
    a.verbs.length === b.verbs.length &&
    (a.names?.length ?? -1) === (b.names?.length ?? -1)
  );
}
