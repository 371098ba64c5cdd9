import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Json } from '../../world.ts';
import { APPLY_PATCH, ApiRefusal, MERGE_PATCH, STRATEGIC_PATCH } from '../api.ts';
import { ToolFailure } from '../tool.ts';
import type { KubectlCall } from './call.ts';
import { objectsOf } from './get.ts';
import { type Asked, collectionOf, discover, readAsked, shownName } from './resources.ts';

/** Changes each object that was asked for, and says what was done to it. */
async function patchAll(
  kubectl: KubectlCall,
  asked: readonly Asked[],
  patch: {
    readonly body: (live: Json) => Json | null;
    readonly type?: string;
    readonly part?: string;
    readonly said: string;
    readonly same?: string;
  },
): Promise<number> {
  for (const one of asked) {
    for (const object of await objectsOf(kubectl, one)) {
      const { name, namespace } = object.metadata;
      const body = patch.body(object);
      if (body !== null) {
        const path = `${collectionOf(one.kind, namespace)}/${name}${patch.part ?? ''}`;
        await kubectl.api.send(path, { method: 'PATCH', type: patch.type ?? MERGE_PATCH, body });
      }
      kubectl.call.out(`${shownName(one.kind, name)} ${body === null ? patch.same : patch.said}\n`);
    }
  }
  return 0;
}

/** `kubectl scale TYPE/NAME --replicas=N`. */
export async function scale(kubectl: KubectlCall): Promise<number> {
  const replicas = Number(kubectl.flags.value('replicas') ?? Number.NaN);
  if (!Number.isInteger(replicas) || replicas < 0) {
    throw new ToolFailure(
      'error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0',
    );
  }
  const asked = readAsked(await discover(kubectl), kubectl.words);
  try {
    return await patchAll(kubectl, asked, {
      body: () => ({ spec: { replicas } }),
      part: '/scale',
      said: 'scaled',
    });
  } catch (error) {
    const missing = error instanceof ApiRefusal && error.code === 404;
    throw missing ? new ToolFailure(`error: no objects passed to scale ${error.message}`) : error;
  }
}

/** `kubectl cordon|uncordon NODE`. */
export function setSchedulable(schedulable: boolean): (kubectl: KubectlCall) => Promise<number> {
  const done = schedulable ? 'uncordoned' : 'cordoned';
  return async kubectl => {
    const asked = readAsked(await discover(kubectl), [
      'node',
      ...kubectl.words.map(word => word.replace(/^nodes?\//, '')),
    ]);
    const body = ({ spec }: Json): Json =>
      (spec.unschedulable === true) === schedulable
        ? { spec: { unschedulable: schedulable ? null : true } }
        : null;
    return patchAll(kubectl, asked, { body, said: done, same: `already ${done}` });
  };
}

/** `kubectl annotate --overwrite TYPE/NAME KEY=VALUE KEY-`. */
export async function annotate(kubectl: KubectlCall): Promise<number> {
  const isMark = (word: string): boolean =>
    /^[^/]+(\/[^=/]+)?(=|-$)/.test(word) && (word.includes('=') || word.endsWith('-'));
  const marks = kubectl.words.filter(isMark);
  const annotations = Object.fromEntries(
    marks.map(mark =>
      mark.includes('=')
        ? [mark.slice(0, mark.indexOf('=')), mark.slice(mark.indexOf('=') + 1)]
        : [mark.slice(0, -1), null],
    ),
  );
  const asked = readAsked(
    await discover(kubectl),
    kubectl.words.filter(word => !isMark(word)),
  );
  return patchAll(kubectl, asked, { body: () => ({ metadata: { annotations } }), said: 'annotated' });
}

const PATCH_TYPES: Readonly<Record<string, string>> = {
  merge: MERGE_PATCH,
  strategic: STRATEGIC_PATCH,
  json: 'application/json-patch+json',
};

/** `kubectl patch TYPE/NAME --type=merge -p PATCH`. */
export async function patch(kubectl: KubectlCall): Promise<number> {
  const { flags } = kubectl;
  const body: Json = parseText(flags.value('patch') ?? '');
  const part = flags.value('subresource');
  const asked = readAsked(await discover(kubectl), kubectl.words);
  return patchAll(kubectl, asked, {
    body: () => body,
    type: PATCH_TYPES[flags.value('type') ?? 'strategic'] ?? STRATEGIC_PATCH,
    ...(part ? { part: `/${part}` } : {}),
    said: 'patched',
  });
}

function parseText(text: string): Json {
  const [document] = parseAllDocuments(text);
  const body: Json = document && 'toJS' in document ? document.toJS() : null;
  if (body === null || typeof body !== 'object') throw new ToolFailure('error: unable to parse the patch');
  return body;
}

/** `kubectl delete TYPE NAME`: waits until it is gone. */
export async function remove(kubectl: KubectlCall): Promise<number> {
  const { api, call, flags, waiting } = kubectl;
  const asked = readAsked(await discover(kubectl), kubectl.words);
  const grace = flags.has('force') ? 0 : Number(flags.value('grace-period') ?? Number.NaN);
  for (const one of asked) {
    if (one.names.length === 0 && !flags.value('selector') && !flags.has('all')) {
      throw new ToolFailure('error: resource(s) were provided, but no name was specified');
    }
    for (const { metadata } of await objectsOf(kubectl, one)) {
      const path = `${collectionOf(one.kind, metadata.namespace)}/${metadata.name}`;
      const options = {
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        ...(Number.isFinite(grace) ? { gracePeriodSeconds: grace } : {}),
      };
      await api.send(path, { method: 'DELETE', body: options });
      call.out(`${shownName(one.kind, '').slice(0, -1)} "${metadata.name}" deleted\n`);
      if (!waits(kubectl)) continue;
      const gone = async (): Promise<boolean> => (await api.find(path))?.metadata.uid !== metadata.uid;
      await waiting.until(gone, { everyMs: 1_000, withinMs: 600_000 });
    }
  }
  return 0;
}

/** `--wait` takes its value after `=` only, so it reads as a switch. */
function waits({ flags }: KubectlCall): boolean {
  return flags.values('wait').length === 0 || flags.has('wait');
}

/** `kubectl apply --server-side -f FILE`. */
export async function apply(kubectl: KubectlCall): Promise<number> {
  const { api, call, flags, namespace } = kubectl;
  const kinds = await discover(kubectl);
  const force = flags.has('force-conflicts');
  for (const file of flags.values('filename')) {
    for (const object of documentsOf(file, call.cwd)) {
      const kind = kinds.find(one => one.kind === object.kind && one.apiVersion === object.apiVersion);
      const { name } = object.metadata;
      if (!kind) {
        throw new ToolFailure(
          `error: resource mapping not found for name: "${name}" namespace: "${object.metadata.namespace ?? ''}" from "${file}": no matches for kind "${object.kind}" in version "${object.apiVersion}"\nensure CRDs are installed first`,
        );
      }
      const query = `?fieldManager=${flags.value('field-manager') ?? 'kubectl'}&force=${force}`;
      const path = `${collectionOf(kind, object.metadata.namespace ?? namespace)}/${name}${query}`;
      await api.send(path, { method: 'PATCH', type: APPLY_PATCH, body: object });
      call.out(`${shownName(kind, name)} serverside-applied\n`);
    }
  }
  return 0;
}

function documentsOf(file: string, cwd: string): Json[] {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : resolve(cwd, file), 'utf8');
  } catch {
    throw new ToolFailure(`error: the path "${file}" does not exist`);
  }
  return parseAllDocuments(text)
    .flatMap(one => ('toJS' in one ? [one.toJS()] : []))
    .filter(Boolean);
}
