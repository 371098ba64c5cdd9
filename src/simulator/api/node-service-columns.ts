import type { Json, Stored } from '../world.ts';
import { age } from './ages.ts';
import type { Column } from './table.ts';

const text = (name: string, cell: Column['cell'], priority = 0): Column => ({
  name,
  type: 'string',
  priority,
  cell,
});

const AGE = text('Age', (object, now) => age(object.metadata.creationTimestamp, now));

export const NODE_COLUMNS: readonly Column[] = [
  text('Status', nodeStatus),
  text('Roles', nodeRoles),
  AGE,
  text('Version', node => node.status?.nodeInfo?.kubeletVersion ?? ''),
  text('Internal-IP', node => address(node, 'InternalIP'), 1),
  text('External-IP', node => address(node, 'ExternalIP'), 1),
  text('OS-Image', node => node.status?.nodeInfo?.osImage || '<unknown>', 1),
  text('Kernel-Version', node => node.status?.nodeInfo?.kernelVersion || '<unknown>', 1),
  text('Container-Runtime', node => node.status?.nodeInfo?.containerRuntimeVersion || '<unknown>', 1),
];

function nodeStatus(node: Stored): string {
  const ready = node.status?.conditions?.find((entry: Json) => entry.type === 'Ready');
  const word = !ready ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return node.spec?.unschedulable ? `${word},SchedulingDisabled` : word;
}

const ROLE = 'node-role.kubernetes.io/';

function nodeRoles(node: Stored): string {
  const roles = Object.entries(node.metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith(ROLE) && key.length > ROLE.length) return [key.slice(ROLE.length)];
    return key === 'kubernetes.io/role' && value ? [value] : [];
  });
  return [...new Set(roles)].toSorted().join(',') || '<none>';
}

function address(node: Stored, type: string): string {
  return node.status?.addresses?.find((entry: Json) => entry.type === type)?.address ?? '<none>';
}

export const SERVICE_COLUMNS: readonly Column[] = [
  text('Type', service => service.spec?.type),
  text('Cluster-IP', service => service.spec?.clusterIP || '<none>'),
  text('External-IP', externalIp),
  text('Port(s)', service => ports(service.spec?.ports ?? [])),
  AGE,
  text(
    'Selector',
    service => {
      const pairs = Object.entries(service.spec?.selector ?? {}).map(([key, value]) => `${key}=${value}`);
      return pairs.join(',') || '<none>';
    },
    1,
  ),
];

function externalIp(service: Stored): string {
  const spec: Json = service.spec ?? {};
  if (spec.type === 'ExternalName') return spec.externalName;
  const given: string[] = spec.externalIPs ?? [];
  if (spec.type !== 'LoadBalancer') return given.join(',') || '<none>';
  const ingress: Json[] = service.status?.loadBalancer?.ingress ?? [];
  const all = [...ingress.map(entry => entry.ip || entry.hostname), ...given];
  return all.join(',') || '<pending>';
}

function ports(list: readonly Json[]): string {
  const words = list.map(({ port, nodePort, protocol }) =>
    nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  );
  return words.join(',') || '<none>';
}
