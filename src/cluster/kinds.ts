import { isRenewal } from './lease-renewal.ts';
import * as readers from './readers.ts';
import * as flux from './readers-flux.ts';
import type { Read, Reader } from './shape.ts';

/** A kind that groundup watches: how the API names it, and what is kept of its objects. */
export interface Kind<T = unknown> {
  /** API group; '' is the core group. */
  readonly group: string;
  /** The version asked for when discovery does not say better. */
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly read: Reader<T>;
  /** True when the second is the first with nothing more than a sign of life; every difference is news where this is left out. */
  readonly isRoutine?: (before: never, after: never) => boolean;
}

function kind<T>(
  group: string,
  version: string,
  resource: string,
  name: string,
  namespaced: boolean,
  read: Reader<T>,
): Kind<T> {
  return { group, version, resource, kind: name, namespaced, read };
}

const source = 'source.toolkit.fluxcd.io';

/** Every kind that is watched, one line each. */
export const kinds = {
  nodes: kind('', 'v1', 'nodes', 'Node', false, readers.node),
  leases: {
    ...kind('coordination.k8s.io', 'v1', 'leases', 'Lease', true, readers.lease),
    isRoutine: isRenewal,
  },
  pods: kind('', 'v1', 'pods', 'Pod', true, readers.pod),
  daemonsets: kind('apps', 'v1', 'daemonsets', 'DaemonSet', true, readers.daemonSet),
  deployments: kind('apps', 'v1', 'deployments', 'Deployment', true, readers.deployment),
  services: kind('', 'v1', 'services', 'Service', true, readers.service),
  endpointslices: kind(
    'discovery.k8s.io',
    'v1',
    'endpointslices',
    'EndpointSlice',
    true,
    readers.endpointSlice,
  ),
  networkpolicies: kind(
    'networking.k8s.io',
    'v1',
    'networkpolicies',
    'NetworkPolicy',
    true,
    readers.metadataOnly,
  ),
  ciliumpolicies: kind(
    'cilium.io',
    'v2',
    'ciliumnetworkpolicies',
    'CiliumNetworkPolicy',
    true,
    readers.metadataOnly,
  ),
  ciliumclusterpolicies: kind(
    'cilium.io',
    'v2',
    'ciliumclusterwidenetworkpolicies',
    'CiliumClusterwideNetworkPolicy',
    false,
    readers.metadataOnly,
  ),
  events: kind('', 'v1', 'events', 'Event', true, readers.event),
  namespaces: kind('', 'v1', 'namespaces', 'Namespace', false, readers.namespace),
  configmaps: kind('', 'v1', 'configmaps', 'ConfigMap', true, readers.configMap),
  secrets: kind('', 'v1', 'secrets', 'Secret', true, readers.metadataOnly),
  crds: kind(
    'apiextensions.k8s.io',
    'v1',
    'customresourcedefinitions',
    'CustomResourceDefinition',
    false,
    readers.metadataOnly,
  ),
  apiservices: kind('apiregistration.k8s.io', 'v1', 'apiservices', 'APIService', false, readers.apiService),
  validatingwebhooks: kind(
    'admissionregistration.k8s.io',
    'v1',
    'validatingwebhookconfigurations',
    'ValidatingWebhookConfiguration',
    false,
    readers.webhookConfiguration,
  ),
  mutatingwebhooks: kind(
    'admissionregistration.k8s.io',
    'v1',
    'mutatingwebhookconfigurations',
    'MutatingWebhookConfiguration',
    false,
    readers.webhookConfiguration,
  ),
  fluxinstances: kind(
    'fluxcd.controlplane.io',
    'v1',
    'fluxinstances',
    'FluxInstance',
    true,
    flux.fluxInstance,
  ),
  kustomizations: kind(
    'kustomize.toolkit.fluxcd.io',
    'v1',
    'kustomizations',
    'Kustomization',
    true,
    flux.kustomization,
  ),
  helmreleases: kind('helm.toolkit.fluxcd.io', 'v2', 'helmreleases', 'HelmRelease', true, flux.helmRelease),
  gitrepositories: kind(source, 'v1', 'gitrepositories', 'GitRepository', true, flux.source),
  ocirepositories: kind(source, 'v1', 'ocirepositories', 'OCIRepository', true, flux.source),
  helmrepositories: kind(source, 'v1', 'helmrepositories', 'HelmRepository', true, flux.source),
  helmcharts: kind(source, 'v1', 'helmcharts', 'HelmChart', true, flux.source),
  buckets: kind(source, 'v1', 'buckets', 'Bucket', true, flux.source),
  tigerastatuses: kind(
    'operator.tigera.io',
    'v1',
    'tigerastatuses',
    'TigeraStatus',
    false,
    readers.tigeraStatus,
  ),
} as const satisfies Readonly<Record<string, Kind>>;

export type KindId = keyof typeof kinds;
export type ObjectOf<K extends KindId> = Read<(typeof kinds)[K]['read']>;

export type Node = ObjectOf<'nodes'>;
export type Lease = ObjectOf<'leases'>;
export type Pod = ObjectOf<'pods'>;
export type DaemonSet = ObjectOf<'daemonsets'>;
export type Deployment = ObjectOf<'deployments'>;
export type Service = ObjectOf<'services'>;
export type EndpointSlice = ObjectOf<'endpointslices'>;
export type Event = ObjectOf<'events'>;
export type Kustomization = ObjectOf<'kustomizations'>;
export type HelmRelease = ObjectOf<'helmreleases'>;
export type Source = ObjectOf<'gitrepositories'>;
export type FluxInstance = ObjectOf<'fluxinstances'>;
