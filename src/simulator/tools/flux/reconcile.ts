import type { Json } from '../../world.ts';
import { ApiRefusal, MERGE_PATCH } from '../api.ts';
import { ToolFailure } from '../tool.ts';
import { conditionOf, type FluxCall, pathOf, read, say } from './call.ts';
import { type FluxKind, HELM_RELEASE, KUSTOMIZATION, kindNamed, readKind } from './kinds.ts';

const LOOK_MS = 2_000;

interface Asked {
  readonly kind: FluxKind;
  readonly namespace: string;
  readonly name: string;
}

/** `flux reconcile KIND NAME`: asks the controller through an annotation and waits until it has dealt with it. */
export async function reconcile(flux: FluxCall): Promise<number> {
  const found = readKind(flux.words);
  if (!found) throw new ToolFailure(`unknown command "${flux.words.join(' ')}" for "flux reconcile"`);
  const { kind, rest } = found;
  const isSource = kind !== KUSTOMIZATION && kind !== HELM_RELEASE;
  if (isSource && flux.flags.has('with-source')) throw new ToolFailure('unknown flag: --with-source');
  for (const flag of ['force', 'reset']) {
    if (kind !== HELM_RELEASE && flux.flags.has(flag)) throw new ToolFailure(`unknown flag: --${flag}`);
  }
  const [name] = rest;
  if (!name) throw new ToolFailure(`${kind.word.replace('source ', '')} name is required`);
  const asked = { kind, namespace: flux.namespace, name };
  const object = await read(flux, kind, flux.namespace, name);
  if (object.spec?.suspend) throw new ToolFailure('resource is suspended');
  if (flux.flags.has('with-source'))
    for (const source of await sourcesOf(flux, object)) await request(flux, source, false);
  await request(flux, asked, kind === HELM_RELEASE);
  return 0;
}

/** The source of an object, and before it the repository a chart comes from. */
async function sourcesOf(flux: FluxCall, object: Json): Promise<Asked[]> {
  const { namespace } = object.metadata;
  const { chart, chartRef, sourceRef } = object.spec;
  if (object.kind === HELM_RELEASE.kind && chart?.spec) {
    const repository = refer(chart.spec.sourceRef, namespace);
    const usual = `${repository.namespace}/${namespace}-${object.metadata.name}`;
    const made: Asked = { kind: named('HelmChart'), ...splitName(object.status?.helmChart ?? usual) };
    return [repository, made];
  }
  const reference = chartRef ?? sourceRef;
  const source = refer(reference, namespace);
  const live = await read(flux, source.kind, source.namespace, source.name);
  if (live.spec?.suspend) throw new ToolFailure('resource is suspended');
  return [source];
}

function refer(reference: Json, namespace: string): Asked {
  return { kind: named(reference.kind), namespace: reference.namespace ?? namespace, name: reference.name };
}

function named(kind: string): FluxKind {
  const found = kindNamed(kind);
  if (!found) throw new ToolFailure(`unsupported source kind ${kind}`);
  return found;
}

function splitName(text: string): { namespace: string; name: string } {
  const [namespace = '', name = ''] = text.split('/');
  return { namespace, name };
}

async function request(flux: FluxCall, { kind, namespace, name }: Asked, isRelease: boolean): Promise<void> {
  const { api, flags, waiting, timeoutMs } = flux;
  const path = pathOf(kind, namespace, name);
  const before = await read(flux, kind, namespace, name);
  const handled = before.status?.lastHandledReconcileAt;
  say(flux, '►', `annotating ${kind.kind} ${name} in ${namespace} namespace`);
  const token = new Date(api.now())
    .toISOString()
    .replace('Z', `${String(performance.now()).slice(-6).replace('.', '')}Z`);
  const marks = [
    'requestedAt',
    ...(isRelease ? ['forceAt', 'resetAt'].filter(mark => flags.has(mark.replace('At', ''))) : []),
  ];
  const annotations = Object.fromEntries(marks.map(mark => [`reconcile.fluxcd.io/${mark}`, token]));
  await send(flux, path, { metadata: { annotations } });
  say(flux, '✔', `${kind.kind} annotated`);
  say(flux, '◎', `waiting for ${kind.kind} reconciliation`);
  let live: Json = before;
  const settled = async (): Promise<boolean> => {
    live = await api.find(path);
    if (live === undefined)
      throw new ToolFailure(`${kind.plural}.${kind.apiVersion.split('/')[0]} "${name}" not found`);
    return live.status?.lastHandledReconcileAt !== handled && isSettled(live);
  };
  const end = await waiting.until(settled, { everyMs: LOOK_MS, withinMs: timeoutMs });
  if (end !== 'done') throw new ToolFailure('context deadline exceeded');
  say(flux, '✔', `${kind.done} ${revisionOf(live)}`);
}

async function send({ api }: FluxCall, path: string, body: Json): Promise<void> {
  try {
    await api.send(path, { method: 'PATCH', type: MERGE_PATCH, body });
  } catch (error) {
    throw error instanceof ApiRefusal && error.code > 0 ? new ToolFailure(error.message) : error;
  }
}

/**
 * The controller is through with the present generation, and well. A failure that is retried counts as not done yet: the
 * command then waits in vain and never says why. Throws ToolFailure for what will not be retried.
 */
export function isSettled(object: Json): boolean {
  if (object.status?.observedGeneration !== object.metadata.generation) return false;
  const stalled = conditionOf(object, 'Stalled');
  if (stalled?.status === 'True') throw new ToolFailure(stalled.message);
  return (
    conditionOf(object, 'Ready')?.status === 'True' && conditionOf(object, 'Reconciling')?.status !== 'True'
  );
}

/** The revision a controller has fetched or applied. */
export function revisionOf(object: Json): string {
  const { status = {} } = object;
  return (
    status.artifact?.revision ??
    status.lastAppliedRevision ??
    status.history?.[0]?.chartVersion ??
    status.lastAttemptedRevision ??
    ''
  );
}
