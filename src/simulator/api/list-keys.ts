import type { Json } from '../world.ts';

/** How a list of maps is merged: by which keys an entry is the same entry. */
interface ListRule {
  readonly field: string;
  /** Key that a strategic merge patch matches entries by. */
  readonly strategic?: readonly string[];
  /** Keys that server-side apply owns entries by; absent: the list is one value. */
  readonly applied?: readonly string[];
  /** Path test, for fields whose meaning depends on where they stand. */
  readonly under?: RegExp;
}

const RULES: readonly ListRule[] = [
  { field: 'containers', strategic: ['name'], applied: ['name'] },
  { field: 'initContainers', strategic: ['name'], applied: ['name'] },
  { field: 'ephemeralContainers', strategic: ['name'], applied: ['name'] },
  { field: 'env', strategic: ['name'], applied: ['name'] },
  { field: 'volumes', strategic: ['name'], applied: ['name'] },
  { field: 'volumeMounts', strategic: ['mountPath'], applied: ['mountPath'] },
  {
    field: 'ports',
    under: /ontainers$/,
    strategic: ['containerPort'],
    applied: ['containerPort', 'protocol'],
  },
  { field: 'ports', under: /^spec$/, strategic: ['port'], applied: ['port', 'protocol'] },
  { field: 'conditions', strategic: ['type'], applied: ['type'] },
  { field: 'ownerReferences', strategic: ['uid'], applied: ['uid'] },
  { field: 'taints', strategic: ['key'] },
  { field: 'addresses', under: /^status$/, strategic: ['type'] },
  { field: 'imagePullSecrets', strategic: ['name'], applied: ['name'] },
  { field: 'secrets', strategic: ['name'] },
  { field: 'hostAliases', strategic: ['ip'], applied: ['ip'] },
  {
    field: 'topologySpreadConstraints',
    strategic: ['topologyKey'],
    applied: ['topologyKey', 'whenUnsatisfiable'],
  },
  { field: 'webhooks', strategic: ['name'], applied: ['name'] },
];

/** Lists of plain values that are merged as sets. */
const SETS: readonly string[] = ['finalizers'];

function rule(field: string, parent: string): ListRule | undefined {
  return RULES.find(entry => entry.field === field && (entry.under?.test(parent) ?? true));
}

/** Merge keys of a list in a strategic merge patch; undefined: the list is replaced. `parent` is the field around it. */
export function strategicKeys(field: string, parent: string): readonly string[] | undefined {
  return rule(field, parent)?.strategic;
}

/** Keys by which server-side apply tells entries apart, if every entry of `list` has the first of them. */
export function appliedKeys(
  field: string,
  parent: string,
  list: readonly Json[],
): readonly string[] | undefined {
  const keys = rule(field, parent)?.applied;
  const [first = ''] = keys ?? [];
  return list.every(entry => entry?.[first] !== undefined) ? keys : undefined;
}

export function isSet(field: string): boolean {
  return SETS.includes(field);
}

/** Value of a merge key, with the default the server gives it. */
export function keyValue(entry: Json, key: string): Json {
  return entry[key] ?? (key === 'protocol' ? 'TCP' : undefined);
}
