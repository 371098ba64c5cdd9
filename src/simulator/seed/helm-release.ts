import { gunzipSync, gzipSync } from 'node:zlib';
import type { Json, Stored } from '../world.ts';

export type ReleaseStatus =
  | 'deployed'
  | 'superseded'
  | 'failed'
  | 'uninstalled'
  | 'uninstalling'
  | 'pending-install'
  | 'pending-upgrade'
  | 'pending-rollback';

/** One revision of a Helm release, as Helm stores it. */
export interface HelmRelease {
  readonly name: string;
  readonly namespace: string;
  readonly version: number;
  readonly info: {
    readonly first_deployed: string;
    readonly last_deployed: string;
    readonly deleted: string;
    readonly description: string;
    readonly status: ReleaseStatus;
    readonly notes?: string;
  };
  readonly chart: {
    readonly metadata: Json;
    readonly lock: null;
    readonly templates: Json[];
    readonly values: Json;
    readonly schema: null;
    readonly files: null;
  };
  readonly config: Json;
  readonly manifest: string;
  readonly hooks: Json[];
}

const DESCRIPTIONS: Record<ReleaseStatus, string> = {
  deployed: 'Upgrade complete',
  superseded: 'Upgrade complete',
  failed: 'Upgrade failed',
  uninstalled: 'Uninstallation complete',
  uninstalling: 'Deletion in progress (or silently failed)',
  'pending-install': 'Initial install underway',
  'pending-upgrade': 'Preparing upgrade',
  'pending-rollback': 'Preparing rollback',
};

/** Builds one revision. `manifest` is YAML; times are ISO strings. */
export function helmRelease(facts: {
  name: string;
  namespace: string;
  version: number;
  status: ReleaseStatus;
  chart: { name: string; version: string; appVersion?: string };
  manifest: string;
  firstDeployed: string;
  lastDeployed: string;
  description?: string;
  config?: Json;
}): HelmRelease {
  const { name, namespace, version, status, chart, manifest, config = {} } = facts;
  const description =
    facts.description ?? (status === 'deployed' && version === 1 ? 'Install complete' : DESCRIPTIONS[status]);
  return {
    name,
    info: {
      first_deployed: facts.firstDeployed,
      last_deployed: facts.lastDeployed,
      deleted: '',
      description,
      status,
      notes: '',
    },
    chart: {
      metadata: {
        name: chart.name,
        version: chart.version,
        apiVersion: 'v2',
        appVersion: chart.appVersion ?? chart.version.replace(/^v/, ''),
        type: 'application',
      },
      lock: null,
      templates: [],
      values: {},
      schema: null,
      files: null,
    },
    config,
    manifest,
    hooks: [],
    version,
    namespace,
  };
}

/** The text of `data.release` of a release Secret: base64 of the API around base64 of Helm around gzip of JSON. */
export function encodeRelease(release: HelmRelease): string {
  const inner = gzipSync(Buffer.from(JSON.stringify(release)), { level: 6 }).toString('base64');
  return Buffer.from(inner).toString('base64');
}

/** Reads `data.release` back; throws on anything that is not a release. */
export function decodeRelease(data: string): HelmRelease {
  const inner = Buffer.from(data, 'base64').toString('utf8');
  return JSON.parse(gunzipSync(Buffer.from(inner, 'base64')).toString('utf8'));
}

/**
 * The Secret Helm stores a revision in, written last at `at` (epoch seconds). A revision that follows another one has
 * the label `modifiedAt` of that one until it is written a second time, as with the real Helm.
 */
export function releaseSecret(release: HelmRelease, at: number, previous?: HelmRelease): Json {
  const { name, namespace, version, info } = release;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'helm.sh/release.v1',
    metadata: {
      name: `sh.helm.release.v1.${name}.v${version}`,
      namespace,
      labels: {
        ...(previous === undefined ? {} : { createdAt: String(at) }),
        modifiedAt: String(previous === undefined ? at : seconds(previous.info.last_deployed)),
        name,
        owner: 'helm',
        status: info.status,
        version: String(version),
      },
    },
    data: { release: encodeRelease(release) },
  };
}

function seconds(time: string): number {
  return Math.floor(Date.parse(time) / 1000);
}

/** All revisions of a release among these Secrets, oldest first. */
export function revisionsOf(
  secrets: readonly Stored[],
  name: string,
): { secret: Stored; release: HelmRelease }[] {
  return secrets
    .filter(one => one.type === 'helm.sh/release.v1' && one.metadata.labels?.name === name)
    .map(secret => ({ secret, release: decodeRelease(secret.data.release) }))
    .sort((one, other) => one.release.version - other.release.version);
}
