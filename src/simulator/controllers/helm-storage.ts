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
} from '../seed/releases.ts';
import type { Json, Stored, World } from '../world.ts';

export interface Revision {
  readonly secret: Stored;
  readonly release: HelmRelease;
}

const MAX_HISTORY = 5;

/** All stored revisions of a release, oldest first. */
export function revisions(world: World, namespace: string, name: string): Revision[] {
  return revisionsOf(world.list('/secrets', namespace), name);
}

/** Stores a new revision after the newest one; its state is usually pending. */
export function storeRevision(
  world: World,
  facts: {
    name: string;
    namespace: string;
    status: ReleaseStatus;
    objects: readonly Json[];
    values: Json;
    now: number;
    chartVersion?: string;
    description?: string;
  },
): Revision {
  const { name, namespace, status, objects, values, now } = facts;
  const known = revisions(world, namespace, name);
  const chart = RELEASES.find(one => one.name === name);
  const at = new Date(now).toISOString();
  const release = helmRelease({
    name,
    namespace,
    version: 1 + (known.at(-1)?.release.version ?? 0),
    status,
    chart: {
      name: chart?.chart ?? name,
      version: facts.chartVersion ?? chart?.version ?? '0.0.0',
      ...(chart ? { appVersion: chart.appVersion } : {}),
    },
    manifest: manifestOf(chart?.chart ?? name, objects),
    firstDeployed: known[0]?.release.info.first_deployed ?? at,
    lastDeployed: at,
    config: values,
    ...(facts.description ? { description: facts.description } : {}),
  });
  for (const { secret } of known.slice(0, Math.max(0, known.length + 1 - MAX_HISTORY)))
    world.remove('/secrets', namespace, secret.metadata.name);
  return {
    secret: world.create('/secrets', releaseSecret(release, Math.floor(now / 1000), known.at(-1)?.release)),
    release,
  };
}

/** Turns one revision to another state; when it becomes deployed, the earlier deployed ones are superseded. */
export function turnRevision(
  world: World,
  revision: Revision,
  status: ReleaseStatus,
  description: string,
  now: number,
): void {
  const { namespace, name } = revision.secret.metadata;
  const write = (secretName: string, to: ReleaseStatus, text?: string): void => {
    world.update('/secrets', namespace, secretName, draft => {
      const release = decodeRelease(draft.data.release);
      const info = { ...release.info, status: to, ...(text ? { description: text } : {}) };
      draft.data.release = encodeRelease({ ...release, info });
      Object.assign(draft.metadata.labels, { status: to, modifiedAt: String(Math.floor(now / 1000)) });
    });
  };
  if (status === 'deployed') {
    for (const one of revisions(world, namespace ?? '', revision.release.name)) {
      if (one.release.info.status === 'deployed' && one.secret.metadata.name !== name)
        write(one.secret.metadata.name, 'superseded');
    }
  }
  write(name, status, description);
}
