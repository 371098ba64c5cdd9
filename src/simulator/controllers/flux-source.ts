import type { Json, Stored } from '../world.ts';
import { lookupError, namesResolve } from './coredns.ts';
import { type FluxRun, startFluxLoop } from './flux-runner.ts';
import {
  errorLog,
  fluxCondition,
  fluxLog,
  handled,
  interval,
  markFailed,
  markReady,
  type Outcome,
  REQUESTED,
  writeFluxStatus,
} from './flux-status.ts';
import { conditionOf, digestOf, dropCondition, hashName, keyOf, stamp } from './objects.ts';
import type { Life } from './switches.ts';

const CONTROLLER = 'source-controller';
const GROUP = 'source.toolkit.fluxcd.io';
/** A Go resolver asks twice with 5 s each before it gives up. */
const LOOKUP_MS = 10_000;
const FETCH_MS = 1_200;
const LONGEST_RETRY_MS = 120_000;

/** source-controller: fetches Git, OCI and Helm sources, which takes a resolver, a route and credentials. */
export function startSourceController(life: Life): () => void {
  const failures = new Map<string, number>();
  const loops = ['gitrepositories', 'ocirepositories', 'helmrepositories', 'helmcharts'].map(plural =>
    startFluxLoop(life, {
      controller: CONTROLLER,
      resource: `${GROUP}/${plural}`,
      reconcile: (object, run) => fetchSource(life, object, run, failures),
    }),
  );
  return () => {
    for (const loop of loops) loop.stop();
  };
}

function fetchSource(life: Life, object: Stored, run: FluxRun, failures: Map<string, number>): void {
  if (object.metadata.deletionTimestamp) {
    letGo(life, object);
    run.done(60_000);
    return;
  }
  run.later(namesResolve(life, 'flux-system') ? FETCH_MS : LOOKUP_MS, () => {
    const now = current(life, object);
    if (now === undefined) return run.done(60_000);
    const key = `${now.kind}/${keyOf(now)}`;
    const problem = problemOf(life, now);
    if (problem === undefined) {
      failures.delete(key);
      stored(life, now);
      return run.done(interval(now.spec.interval));
    }
    const count = (failures.get(key) ?? 0) + 1;
    failures.set(key, count);
    failed(life, now, problem);
    run.done(Math.min(LONGEST_RETRY_MS, 5_000 * 2 ** count));
  });
}

function current(life: Life, object: Stored): Stored | undefined {
  const found = life.world.get(
    `${GROUP}/${pluralOf(object.kind)}`,
    object.metadata.namespace,
    object.metadata.name,
  );
  return found?.metadata.uid === object.metadata.uid ? found : undefined;
}

function pluralOf(kind: string): string {
  return kind.endsWith('Repository') ? `${kind.slice(0, -1).toLowerCase()}ies` : `${kind.toLowerCase()}s`;
}

function letGo(life: Life, object: Stored): void {
  life.world.update(
    `${GROUP}/${pluralOf(object.kind)}`,
    object.metadata.namespace,
    object.metadata.name,
    draft => {
      delete draft.metadata.finalizers;
    },
  );
}

function problemOf(life: Life, object: Stored): Outcome | undefined {
  const url: string = object.spec.url ?? '';
  const host = /^[a-z]+:\/\/(?:[^@/]+@)?([^/:]+)/.exec(url)?.[1] ?? '';
  const pod = life.world.list('/pods', 'flux-system').find(one => one.metadata.labels?.app === CONTROLLER);
  const lost = namesResolve(life, 'flux-system')
    ? undefined
    : lookupError(host, pod?.status?.podIP ?? '10.42.0.10');
  if (object.kind === 'GitRepository') return gitProblem(life, object, url, lost);
  if (object.kind === 'OCIRepository' && lost)
    return {
      reason: 'OCIArtifactPullFailed',
      message: `failed to determine artifact digest: Get "https://${host}/v2/": ${lost}`,
    };
  if (object.kind === 'HelmRepository' && lost)
    return {
      reason: 'Failed',
      message: `failed to fetch Helm repository index: failed to cache index to temporary file: Get "${url.replace(/\/$/, '')}/index.yaml": ${lost}`,
    };
  if (object.kind !== 'HelmChart') return undefined;
  const { kind, name } = object.spec.sourceRef;
  const source = life.world.get(`${GROUP}/${pluralOf(kind)}`, object.metadata.namespace, name);
  if (source?.status?.artifact) return undefined;
  return { reason: 'NoSourceArtifact', message: `no artifact available for ${kind} source '${name}'` };
}

function gitProblem(life: Life, object: Stored, url: string, lost: string | undefined): Outcome | undefined {
  const { namespace } = object.metadata;
  const name = object.spec.secretRef?.name;
  const key = name ? life.world.get('/secrets', namespace, name)?.data : undefined;
  if (name && key === undefined)
    return {
      reason: 'AuthenticationFailed',
      message: `failed to get secret '${namespace}/${name}': secrets "${name}" not found`,
    };
  if (lost)
    return {
      reason: 'GitOperationFailed',
      message: `failed to checkout and determine revision: unable to list remote for '${url}': ${lost}`,
    };
  const given = Buffer.from(key?.identity ?? '', 'base64').toString();
  if (given === life.switches.acceptedDeployKey) return undefined;
  const why =
    'ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey], no supported methods remain';
  return {
    reason: 'GitOperationFailed',
    message: `failed to checkout and determine revision: unable to list remote for '${url}': ${why}`,
  };
}

/** A run that finds nothing new leaves the object alone: its status is no heartbeat. */
function stored(life: Life, object: Stored): void {
  const revision = revisionOf(life, object);
  const same =
    object.status?.artifact?.revision === revision && conditionOf(object, 'Ready')?.status === 'True';
  const asked = object.metadata.annotations?.[REQUESTED];
  const seen =
    object.status?.observedGeneration === object.metadata.generation &&
    asked === object.status?.lastHandledReconcileAt;
  if (same && seen) return;
  if (same) {
    writeFluxStatus(life, object, CONTROLLER, handled);
    return;
  }
  writeFluxStatus(life, object, CONTROLLER, draft => sourceReady(draft, life.clock.now(), revision));
  fluxLog(life, CONTROLLER, 'info', object, `stored artifact for revision '${revision}'`);
}

/** The status of a source whose artifact is stored; shared with the seed. */
export function sourceReady(draft: Json, now: number, revision: string): void {
  const { namespace, name } = draft.metadata;
  const path = `${draft.kind.toLowerCase()}/${namespace}/${name}/${hashName(revision, 12)}.tar.gz`;
  draft.status ??= {};
  const host = 'source-controller.flux-system.svc.cluster.local.';
  if (draft.status.artifact?.revision !== revision) {
    draft.status.artifact = {
      revision,
      digest: digestOf(revision),
      lastUpdateTime: stamp(now),
      path,
      size: 18_432,
      url: `http://${host}/${path}`,
    };
  }
  draft.status.url = `http://${host}/${draft.kind.toLowerCase()}/${namespace}/${name}/latest.tar.gz`;
  const message =
    draft.kind === 'HelmChart'
      ? `pulled '${draft.spec.chart}' chart with version '${draft.spec.version}'`
      : `stored artifact for revision '${revision}'`;
  const reason = draft.kind === 'HelmChart' ? 'ChartPullSucceeded' : 'Succeeded';
  markReady(draft, now, { reason, message });
  dropCondition(draft, 'FetchFailed');
  fluxCondition(draft, now, 'ArtifactInStorage', 'True', { reason, message });
}

function failed(life: Life, object: Stored, problem: Outcome): void {
  const now = life.clock.now();
  writeFluxStatus(life, object, CONTROLLER, draft => {
    markFailed(draft, now, problem);
    fluxCondition(draft, now, 'FetchFailed', 'True', problem);
  });
  errorLog(life, CONTROLLER, object, problem.message);
}

export function revisionOf(life: Life, object: Stored): string {
  const { spec } = object as Json;
  if (object.kind === 'GitRepository') return life.switches.git.revision;
  if (object.kind === 'OCIRepository') return `${spec.ref?.tag}@${digestOf(`${spec.url}${spec.ref?.tag}`)}`;
  return object.kind === 'HelmChart' ? spec.version : digestOf(spec.url);
}
