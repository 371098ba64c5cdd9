import type { Json, Stored } from '../world.ts';
import { age, humanDuration } from './ages.ts';
import { NODE_COLUMNS, SERVICE_COLUMNS } from './node-service-columns.ts';
import { POD_COLUMNS } from './pod-columns.ts';
import type { Column } from './table.ts';

type Cell = Column['cell'];
const text = (name: string, cell: Cell, priority = 0): Column => ({ name, type: 'string', priority, cell });
const count = (name: string, cell: Cell, priority = 0): Column => ({ name, type: 'integer', priority, cell });

const AGE = text('Age', (object, now) => age(object.metadata.creationTimestamp, now));
const size = (value: Json): number => Object.keys(value ?? {}).length;

const podSpec = (object: Stored): Json => object.spec?.template?.spec;
const CONTAINERS = text(
  'Containers',
  o => (podSpec(o)?.containers ?? []).map((c: Json) => c.name).join(','),
  1,
);
const IMAGES = text('Images', o => (podSpec(o)?.containers ?? []).map((c: Json) => c.image).join(','), 1);
const SELECTOR = text('Selector', o => selectorText(o.spec?.selector), 1);

/** A label selector in its string form; `<none>` when it selects nothing. */
export function selectorText(selector: Json): string {
  if (!selector) return '<none>';
  const labels = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const rules = (selector.matchExpressions ?? []).map((rule: Json) => {
    if (rule.operator === 'Exists') return rule.key;
    if (rule.operator === 'DoesNotExist') return `!${rule.key}`;
    return `${rule.key} ${rule.operator.toLowerCase()} (${(rule.values ?? []).join(',')})`;
  });
  return [...labels, ...rules].join(',') || '<none>';
}

/** Columns after the name, per built-in kind; what kubectl shows is decided here, on the server. */
export const COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  '/pods': POD_COLUMNS,
  '/nodes': NODE_COLUMNS,
  '/services': SERVICE_COLUMNS,
  '/namespaces': [text('Status', o => o.status?.phase), AGE],
  '/configmaps': [count('Data', o => size(o.data) + size(o.binaryData)), AGE],
  '/secrets': [text('Type', o => o.type), count('Data', o => size(o.data)), AGE],
  '/serviceaccounts': [count('Secrets', o => o.secrets?.length ?? 0), AGE],
  '/endpoints': [text('Endpoints', endpointsText), AGE],
  '/events': [
    text('Last Seen', lastSeen),
    text('Type', o => o.type ?? ''),
    text('Reason', o => o.reason ?? ''),
    text(
      'Object',
      o => `${String(o.involvedObject?.kind ?? '').toLowerCase()}/${o.involvedObject?.name ?? ''}`,
    ),
    text('Subobject', o => o.involvedObject?.fieldPath ?? '', 1),
    text(
      'Source',
      o => [o.source?.component ?? o.reportingComponent, o.source?.host].filter(Boolean).join(', '),
      1,
    ),
    text('Message', o => String(o.message ?? '').trim()),
    text('First Seen', (o, now) => age(o.firstTimestamp ?? o.eventTime, now), 1),
    count('Count', o => o.series?.count ?? (o.count || 1), 1),
    { name: 'Name', type: 'string', format: 'name', priority: 1, cell: o => o.metadata.name },
  ],
  '/persistentvolumeclaims': [
    text('Status', o => (o.metadata.deletionTimestamp ? 'Terminating' : (o.status?.phase ?? ''))),
    text('Volume', o => o.spec?.volumeName ?? ''),
    text('Capacity', o => o.status?.capacity?.storage ?? ''),
    text('Access Modes', o => accessModes(o.status?.accessModes)),
    text('StorageClass', o => o.spec?.storageClassName ?? ''),
    text('VolumeAttributesClass', () => '<unset>'),
    AGE,
    text('VolumeMode', o => o.spec?.volumeMode ?? '<unset>', 1),
  ],
  'apps/deployments': [
    text('Ready', o => `${o.status?.readyReplicas ?? 0}/${o.spec?.replicas ?? 0}`),
    count('Up-to-date', o => o.status?.updatedReplicas ?? 0),
    count('Available', o => o.status?.availableReplicas ?? 0),
    AGE,
    CONTAINERS,
    IMAGES,
    SELECTOR,
  ],
  'apps/daemonsets': [
    count('Desired', o => o.status?.desiredNumberScheduled ?? 0),
    count('Current', o => o.status?.currentNumberScheduled ?? 0),
    count('Ready', o => o.status?.numberReady ?? 0),
    count('Up-to-date', o => o.status?.updatedNumberScheduled ?? 0),
    count('Available', o => o.status?.numberAvailable ?? 0),
    text('Node Selector', o => selectorText({ matchLabels: podSpec(o)?.nodeSelector })),
    AGE,
    CONTAINERS,
    IMAGES,
    SELECTOR,
  ],
  'apps/replicasets': [
    count('Desired', o => o.spec?.replicas ?? 0),
    count('Current', o => o.status?.replicas ?? 0),
    count('Ready', o => o.status?.readyReplicas ?? 0),
    AGE,
    CONTAINERS,
    IMAGES,
    SELECTOR,
  ],
  'apps/statefulsets': [
    text('Ready', o => `${o.status?.readyReplicas ?? 0}/${o.spec?.replicas ?? 0}`),
    AGE,
    CONTAINERS,
    IMAGES,
  ],
  'apps/controllerrevisions': [
    text('Controller', o => {
      const owner = o.metadata.ownerReferences?.find(reference => reference.controller);
      return owner ? `${owner.kind.toLowerCase()}.${owner.apiVersion.split('/')[0]}/${owner.name}` : '<none>';
    }),
    count('Revision', o => o.revision),
    AGE,
  ],
  'batch/jobs': [
    text('Status', jobStatus),
    text('Completions', o => `${o.status?.succeeded ?? 0}/${o.spec?.completions ?? 1}`),
    text('Duration', (o, now) => {
      const { startTime, completionTime } = o.status ?? {};
      if (!startTime) return '';
      return humanDuration((completionTime ? Date.parse(completionTime) : now) - Date.parse(startTime));
    }),
    AGE,
    CONTAINERS,
    IMAGES,
    SELECTOR,
  ],
  'coordination.k8s.io/leases': [text('Holder', o => o.spec?.holderIdentity ?? ''), AGE],
  'discovery.k8s.io/endpointslices': [
    text('AddressType', o => o.addressType),
    text('Ports', o =>
      listed(
        (o.ports ?? []).map((port: Json) => String(port.port ?? '*')),
        '<unset>',
      ),
    ),
    text('Endpoints', o =>
      listed(
        (o.endpoints ?? []).flatMap((entry: Json) => entry.addresses),
        '<unset>',
      ),
    ),
    AGE,
  ],
  'networking.k8s.io/networkpolicies': [text('Pod-Selector', o => selectorText(o.spec?.podSelector)), AGE],
  'admissionregistration.k8s.io/validatingwebhookconfigurations': [
    count('Webhooks', o => o.webhooks?.length ?? 0),
    AGE,
  ],
  'admissionregistration.k8s.io/mutatingwebhookconfigurations': [
    count('Webhooks', o => o.webhooks?.length ?? 0),
    AGE,
  ],
  'rbac.authorization.k8s.io/clusterrolebindings': [text('Role', roleText), AGE],
  'rbac.authorization.k8s.io/rolebindings': [text('Role', roleText), AGE],
  'apiregistration.k8s.io/apiservices': [
    text('Service', o => {
      const service = o.spec?.service;
      return service ? `${service.namespace}/${service.name}` : 'Local';
    }),
    text('Available', o => {
      const available = o.status?.conditions?.find((entry: Json) => entry.type === 'Available');
      if (!available) return 'Unknown';
      return available.status === 'True' ? 'True' : `${available.status} (${available.reason})`;
    }),
    AGE,
  ],
};

function roleText(binding: Stored): string {
  return `${binding.roleRef?.kind}/${binding.roleRef?.name}`;
}

function lastSeen(event: Stored, now: number): string {
  const time = event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime;
  return age(time, now);
}

function jobStatus(job: Stored): string {
  const has = (type: string): boolean =>
    (job.status?.conditions ?? []).some((entry: Json) => entry.type === type && entry.status === 'True');
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (job.metadata.deletionTimestamp) return 'Terminating';
  if (has('Suspended')) return 'Suspended';
  return has('FailureTarget') ? 'FailureTarget' : 'Running';
}

function accessModes(modes: Json): string {
  const short: Readonly<Record<string, string>> = {
    ReadWriteOnce: 'RWO',
    ReadOnlyMany: 'ROX',
    ReadWriteMany: 'RWX',
    ReadWriteOncePod: 'RWOP',
  };
  return (modes ?? []).map((mode: string) => short[mode] ?? mode).join(',');
}

function endpointsText(endpoints: Stored): string {
  const all = (endpoints.subsets ?? []).flatMap((subset: Json) =>
    (subset.ports ?? [{}]).flatMap((port: Json) =>
      (subset.addresses ?? []).map((address: Json) =>
        port.port ? `${address.ip}:${port.port}` : address.ip,
      ),
    ),
  );
  return listed(all, '<none>');
}

/** The first three, and how many more there are. */
function listed(all: readonly string[], none: string): string {
  if (all.length === 0) return none;
  const shown = all.slice(0, 3).join(',');
  return all.length > 3 ? `${shown} + ${all.length - 3} more...` : shown;
}
