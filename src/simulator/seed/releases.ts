import { stringify } from 'yaml';
import type { Json } from '../world.ts';
import { ALL_APPS, COMMON_APPS } from './apps.ts';
import { appObjects } from './charts/app.ts';
import { certManagerObjects } from './charts/cert-manager.ts';
import { ciliumObjects } from './charts/cilium.ts';
import { corednsObjects } from './charts/coredns.ts';
import { fluxInstanceObjects, fluxOperatorObjects } from './charts/flux.ts';
import { spegelObjects } from './charts/spegel.ts';

export {
  decodeRelease,
  encodeRelease,
  type HelmRelease,
  helmRelease,
  type ReleaseStatus,
  releaseSecret,
  revisionsOf,
} from './helm-release.ts';

/** A Helm release of this cluster: where it lives, from which chart, at which revision the seed has it. */
export interface ReleaseFacts {
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version: string;
  readonly appVersion: string;
  readonly revision: number;
}

const APP_VERSIONS: Record<string, string> = {
  cilium: '1.17.4',
  coredns: '1.12.1',
  spegel: 'v0.2.0',
  'cert-manager': 'v1.17.2',
};

/** Every release of the seed; the six of the bootstrap among them. */
export const RELEASES: readonly ReleaseFacts[] = [
  ...ALL_APPS.map(({ name, namespace, chart, version, revision, tag }) => ({
    name,
    namespace,
    chart,
    version,
    revision,
    appVersion: APP_VERSIONS[name] ?? tag,
  })),
  {
    name: 'flux-operator',
    namespace: 'flux-system',
    chart: 'flux-operator',
    version: '0.20.0',
    appVersion: 'v0.20.0',
    revision: 2,
  },
  {
    name: 'flux-instance',
    namespace: 'flux-system',
    chart: 'flux-instance',
    version: '0.20.0',
    appVersion: 'v0.20.0',
    revision: 1,
  },
];

const CHARTS: Record<string, (version: string) => Json[]> = {
  cilium: ciliumObjects,
  coredns: corednsObjects,
  spegel: spegelObjects,
  'cert-manager': certManagerObjects,
  'flux-operator': fluxOperatorObjects,
  'flux-instance': fluxInstanceObjects,
};

/**
 * What the chart of a release renders, as objects that carry the ownership marks of Helm.
 * Pure; an unknown name renders nothing. `values` matter to applications (`image`, `replicas`).
 */
export function releaseObjects(name: string, values: Json = {}): Json[] {
  const facts = RELEASES.find(one => one.name === name);
  if (facts === undefined) return [];
  const platform = CHARTS[name];
  const known = COMMON_APPS.some(one => one.name === name);
  const objects = platform ? platform(facts.version) : known ? appObjects(name, facts.namespace, values) : [];
  return objects.map(object => owned(object, facts));
}

/** Helm refuses to adopt objects without these. */
function owned(object: Json, { name, namespace }: ReleaseFacts): Json {
  const { metadata } = object;
  return {
    ...object,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: {
        ...metadata.annotations,
        'meta.helm.sh/release-name': name,
        'meta.helm.sh/release-namespace': namespace,
      },
    },
  };
}

/** The manifest Helm stores: the objects without definitions, which charts keep apart, as a YAML stream. */
export function manifestOf(chart: string, objects: readonly Json[]): string {
  return objects
    .filter(object => object.kind !== 'CustomResourceDefinition')
    .map(
      object => `---\n# Source: ${chart}/templates/${object.kind.toLowerCase()}.yaml\n${stringify(object)}`,
    )
    .join('');
}
