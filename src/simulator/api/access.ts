/** What a request wants, as authorisers see it. Requests to paths that are no resources have `path` and no resource. */
export interface Attributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
}

/** Who a bearer token stands for and what they may do. */
export interface Caller {
  readonly name: string;
  readonly groups: readonly string[];
  readonly allow: (attributes: Attributes) => boolean;
}

/** Permission in the form of an RBAC rule; `*` stands for all. `resources` may name `pods/log`. */
export interface Rule {
  readonly verbs: readonly string[];
  readonly groups?: readonly string[];
  readonly resources?: readonly string[];
  readonly namespaces?: readonly string[];
  readonly names?: readonly string[];
  /** Paths that are no resources, e.g. `/metrics`; a trailing `*` matches the rest. */
  readonly paths?: readonly string[];
}

/** An administrator. */
export function everything(name = 'admin'): Caller {
  return { name, groups: ['system:masters', 'system:authenticated'], allow: () => true };
}

/** Someone who may do what the rules say and what every authenticated user may: discover, and ask about themselves. */
export function limitedTo(name: string, rules: readonly Rule[], groups: readonly string[] = []): Caller {
  const all = [...PUBLIC_RULES, ...rules];
  return {
    name,
    groups: [...groups, 'system:authenticated'],
    allow: attributes => all.some(rule => covers(rule, attributes)),
  };
}

/** The same caller without what the rules name. */
export function except(caller: Caller, rules: readonly Rule[]): Caller {
  return {
    ...caller,
    groups: caller.groups.filter(group => group !== 'system:masters'),
    allow: attributes => caller.allow(attributes) && !rules.some(rule => covers(rule, attributes)),
  };
}

const PUBLIC_RULES: readonly Rule[] = [
  {
    verbs: ['get'],
    paths: [
      '/api',
      '/api/*',
      '/apis',
      '/apis/*',
      '/healthz',
      '/livez',
      '/readyz',
      '/openapi',
      '/openapi/*',
      '/version',
    ],
  },
  {
    verbs: ['create'],
    groups: ['authorization.k8s.io'],
    resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
  },
];

function covers(rule: Rule, asked: Attributes): boolean {
  if (!among(rule.verbs, asked.verb)) return false;
  if (!asked.resource) {
    return (rule.paths ?? []).some(path =>
      path.endsWith('*') ? asked.path.startsWith(path.slice(0, -1)) : path === asked.path,
    );
  }
  const resource = asked.subresource ? `${asked.resource}/${asked.subresource}` : asked.resource;
  const wild = asked.subresource !== '' && (rule.resources ?? []).includes(`*/${asked.subresource}`);
  return (
    among(rule.groups ?? [''], asked.group) &&
    (wild || among(rule.resources ?? [], resource)) &&
    (!rule.namespaces || among(rule.namespaces, asked.namespace)) &&
    (!rule.names || among(rule.names, asked.name))
  );
}

function among(list: readonly string[], value: string): boolean {
  return list.includes('*') || list.includes(value);
}

/** The sentence that RBAC refuses with, after the word "forbidden". */
export function refusal(caller: Caller, asked: Attributes): string {
  const subject = `User "${caller.name}" cannot ${asked.verb}`;
  if (!asked.resource) return `${subject} path "${asked.path}"`;
  const resource = asked.subresource ? `${asked.resource}/${asked.subresource}` : asked.resource;
  const place = asked.namespace ? `in the namespace "${asked.namespace}"` : 'at the cluster scope';
  return `${subject} resource "${resource}" in API group "${asked.group}" ${place}`;
}
