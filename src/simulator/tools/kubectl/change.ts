import { parseAllDocuments } from 'yaml';
import type { Json } from '../../world.ts';
import { ApiRefusal, MERGE_PATCH, STRATEGIC_PATCH } from '../api.ts';
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
