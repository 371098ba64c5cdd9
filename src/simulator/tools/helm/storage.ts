import {
  decodeRelease,
  encodeRelease,
  type HelmRelease,
  helmRelease,
  manifestOf,
  RELEASES,
  type ReleaseStatus,
  releaseSecret,
  revisionsOf,
} from '../../seed/releases.ts';
import type { Json } from '../../world.ts';
import { type Api, ApiRefusal, MERGE_PATCH } from '../api.ts';
import { ToolFailure } from '../tool.ts';

const OWNER = 'labelSelector=owner%3Dhelm';

/** Every stored revision of one release, oldest first. */
export async function revisions(api: Api, namespace: string, name: string): Promise<HelmRelease[]> {
  const path = `/api/v1/namespaces/${namespace}/secrets?${OWNER}%2Cname%3D${name}`;
  return revisionsOf(await api.list(path), name).map(one => one.release);
}

/** Every stored revision in a namespace, or in all of them. */
export async function allRevisions(api: Api, namespace?: string): Promise<HelmRelease[]> {
  const secrets = await api.list(`/api/v1${namespace ? `/namespaces/${namespace}` : ''}/secrets?${OWNER}`);
  return secrets.map(secret => decodeRelease(secret.data.release));
}

/** Stores the next revision of a release; `known` are the ones before it. */
export async function storeRevision(
  api: Api,
  known: readonly HelmRelease[],
  facts: {
    readonly name: string;
    readonly namespace: string;
    readonly status: ReleaseStatus;
    readonly objects: readonly Json[];
    readonly config: Json;
    readonly version?: string | undefined;
  },
): Promise<HelmRelease> {
  const chart = RELEASES.find(one => one.name === facts.name);
  const { chart: chartName = facts.name, version = '0.0.0', appVersion = '' } = chart ?? {};
  const at = new Date(api.now()).toISOString();
  const release = helmRelease({
    name: facts.name,
    namespace: facts.namespace,
    status: facts.status,
    config: facts.config,
    version: 1 + (known.at(-1)?.version ?? 0),
    chart: { name: chartName, version: facts.version ?? version, appVersion },
    manifest: manifestOf(chartName, facts.objects),
    firstDeployed: known[0]?.info.first_deployed ?? at,
    lastDeployed: at,
  });
  try {
    const body = releaseSecret(release, Math.floor(api.now() / 1000), known.at(-1));
    await api.send(`/api/v1/namespaces/${facts.namespace}/secrets`, { method: 'POST', body });
  } catch (error) {
    if (error instanceof ApiRefusal && error.code > 0)
      throw new ToolFailure(`create: failed to create: ${error.message}`);
    throw error;
  }
  return release;
}

/** Turns a stored revision to another state. */
export async function turnRevision(
  api: Api,
  release: HelmRelease,
  status: ReleaseStatus,
  description?: string,
): Promise<void> {
  const { name, namespace, version, info } = release;
  const next = { ...release, info: { ...info, status, ...(description ? { description } : {}) } };
  await api.send(`/api/v1/namespaces/${namespace}/secrets/${secretName(name, version)}`, {
    method: 'PATCH',
    type: MERGE_PATCH,
    body: {
      metadata: { labels: { status, modifiedAt: String(Math.floor(api.now() / 1000)) } },
      data: { release: encodeRelease(next) },
    },
  });
}

/** The revision is good: it becomes the deployed one, those that were are superseded, and the oldest go beyond `keep`. */
export async function deployRevision(
  api: Api,
  known: readonly HelmRelease[],
  release: HelmRelease,
  { description, keep }: { readonly description: string; readonly keep: number },
): Promise<void> {
  for (const one of known) if (one.info.status === 'deployed') await turnRevision(api, one, 'superseded');
  await turnRevision(api, release, 'deployed', description);
  const old = keep > 0 ? known.slice(0, Math.max(0, known.length + 1 - keep)) : [];
  for (const { name, namespace, version } of old) {
    await api.send(`/api/v1/namespaces/${namespace}/secrets/${secretName(name, version)}`, {
      method: 'DELETE',
    });
  }
}

function secretName(name: string, version: number): string {
  return `sh.helm.release.v1.${name}.v${version}`;
}
