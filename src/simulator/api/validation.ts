import type { Json, Stored } from '../world.ts';
import { badRequest, type FieldError, invalid } from './failures.ts';
import { copy, same } from './json.ts';
import type { Resource } from './resources.ts';

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const WORKLOADS = new Set(['apps/deployments', 'apps/daemonsets', 'apps/statefulsets', 'apps/replicasets']);
/** Kinds whose names are path segments only. */
const LOOSE_NAMES = new Set(['rbac.authorization.k8s.io']);

/** Throws 422 (or 400 for a missing name) when an object to be created is one the server would refuse. */
export function checkNew(resource: Resource, draft: Json): void {
  const { name } = draft.metadata;
  if (!name) {
    throw invalid(resource, '', [required('metadata.name', 'name or generateName is required')]);
  }
  const errors = [...nameErrors(resource, name)];
  if (WORKLOADS.has(resource.key)) errors.push(...workloadErrors(draft));
  if (resource.key === '/pods') errors.push(...containerErrors(draft.spec?.containers, 'spec.containers'));
  if (resource.key === 'apps/deployments' || resource.key === 'apps/daemonsets') {
    errors.push(...containerErrors(draft.spec?.template?.spec?.containers, 'spec.template.spec.containers'));
  }
  if (errors.length > 0) throw invalid(resource, name, errors);
}

/** Throws 422 when a change touches what may not change. */
export function checkChange(resource: Resource, draft: Json, old: Stored): void {
  const errors: FieldError[] = [];
  if (WORKLOADS.has(resource.key)) {
    if (!same(draft.spec?.selector, old.spec.selector)) {
      const value = JSON.stringify(draft.spec?.selector ?? null);
      errors.push(wrong('spec.selector', `Invalid value: ${value}: field is immutable`));
    } else errors.push(...workloadErrors(draft));
  }
  if (resource.key === '/services') errors.push(...addressErrors(draft, old));
  if (resource.key === '/pods' && !same(podCore(draft.spec), podCore(old.spec))) {
    errors.push({ field: 'spec', reason: 'FieldValueForbidden', message: POD_FORBIDDEN });
  }
  if (resource.key === '/configmaps' && old.immutable && !same(draft.data, old.data)) {
    errors.push({
      field: 'data',
      reason: 'FieldValueForbidden',
      message: 'Forbidden: field is immutable when `immutable` is set',
    });
  }
  if (resource.key === '/secrets' && draft.type !== old.type) {
    errors.push(wrong('type', `Invalid value: "${draft.type}": field is immutable`));
  }
  if (errors.length > 0) throw invalid(resource, old.metadata.name, errors);
}

const POD_FORBIDDEN =
  'Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** The part of a pod's spec that never changes; the node is given once, by the scheduler. */
function podCore(spec: Json): Json {
  const {
    tolerations: _t,
    activeDeadlineSeconds: _a,
    nodeName: _n,
    schedulingGates: _g,
    // Judged by who knows which address was written to.
    ephemeralContainers: _e,
    ...rest
  } = copy(spec ?? {});
  for (const container of [...(rest.containers ?? []), ...(rest.initContainers ?? [])])
    delete container.image;
  return rest;
}

function required(field: string, more = ''): FieldError {
  return {
    field,
    reason: 'FieldValueRequired',
    message: more ? `Required value: ${more}` : 'Required value',
  };
}

function wrong(field: string, message: string): FieldError {
  return { field, reason: 'FieldValueInvalid', message };
}

function nameErrors(resource: Resource, name: string): FieldError[] {
  if (LOOSE_NAMES.has(resource.group)) return [];
  const isLabel = resource.key === '/services' || resource.key === '/namespaces';
  const good = isLabel ? LABEL.test(name) && name.length <= 63 : SUBDOMAIN.test(name) && name.length <= 253;
  if (good) return [];
  const rule = isLabel
    ? "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
    : "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
  return [wrong('metadata.name', `Invalid value: "${name}": ${rule}`)];
}

function workloadErrors(draft: Json): FieldError[] {
  const selector: Json = draft.spec?.selector;
  if (!selector) return [required('spec.selector')];
  const labels = draft.spec.template?.metadata?.labels ?? {};
  const wanted = Object.entries(selector.matchLabels ?? {});
  if (wanted.every(([key, value]) => labels[key] === value)) return [];
  const shown = Object.entries(labels).map(([key, value]) => `"${key}":"${value}"`);
  const value = `map[string]string{${shown.join(', ')}}`;
  return [
    wrong(
      'spec.template.metadata.labels',
      `Invalid value: ${value}: \`selector\` does not match template \`labels\``,
    ),
  ];
}

function containerErrors(containers: Json, field: string): FieldError[] {
  if (!Array.isArray(containers) || containers.length === 0) return [required(field)];
  return containers.flatMap((container, index) => [
    ...(container.name ? [] : [required(`${field}[${index}].name`)]),
    ...(container.image ? [] : [required(`${field}[${index}].image`)]),
  ]);
}

function addressErrors(draft: Json, old: Stored): FieldError[] {
  const before = old.spec.clusterIP;
  const spec = draft.spec;
  if (!before || spec.type === 'ExternalName') return [];
  spec.clusterIP ??= before;
  const asked = spec.clusterIP;
  if (asked === before) {
    spec.clusterIPs ??= [before];
    return [];
  }
  return [wrong('spec.clusterIPs[0]', `Invalid value: []string{"${asked}"}: may not change once set`)];
}

/** Checks what a client names in the body against the address it wrote to. */
export function checkAddress(object: Json, name: string | undefined, namespace: string | undefined): void {
  const meta = object.metadata ?? {};
  if (name !== undefined && meta.name && meta.name !== name) {
    throw badRequest(`the name of the object (${meta.name}) does not match the name on the URL (${name})`);
  }
  if (namespace !== undefined && meta.namespace && meta.namespace !== namespace) {
    throw badRequest(
      `the namespace of the provided object does not match the namespace sent on the request: the object has ${meta.namespace}, the request ${namespace}`,
    );
  }
}
