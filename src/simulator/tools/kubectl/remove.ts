import { ApiRefusal } from '../api.ts';
import { ToolFailure } from '../tool.ts';
import type { KubectlCall } from './call.ts';
import { objectsOf } from './get.ts';
import { documentsOf, kindOf } from './manifest.ts';
import { collectionOf, discover, type Kind, readAsked, shownName } from './resources.ts';

interface Doomed {
  readonly kind: Kind;
  readonly name: string;
  readonly namespace: string | undefined;
}

/** `kubectl delete TYPE NAME` or `-f FILE`: waits until it is gone. */
export async function remove(kubectl: KubectlCall): Promise<number> {
  const kinds = await discover(kubectl);
  const isFromFile = kubectl.flags.values('filename').length > 0;
  const doomed = isFromFile ? fromFiles(kubectl, kinds) : await asked(kubectl, kinds);
  for (const one of doomed) await removeOne(kubectl, one);
  return 0;
}

function fromFiles({ call, flags, namespace }: KubectlCall, kinds: readonly Kind[]): readonly Doomed[] {
  return flags.values('filename').flatMap(file =>
    documentsOf(file, call.cwd).map(object => ({
      kind: kindOf(kinds, object, file),
      name: object.metadata.name,
      namespace: object.metadata.namespace ?? namespace,
    })),
  );
}

async function asked(kubectl: KubectlCall, kinds: readonly Kind[]): Promise<readonly Doomed[]> {
  const { flags, namespace, words } = kubectl;
  const doomed: Doomed[] = [];
  for (const one of readAsked(kinds, words)) {
    const { kind, names } = one;
    if (names.length > 0) {
      doomed.push(...names.map(name => ({ kind, name, namespace })));
      continue;
    }
    if (!flags.value('selector') && !flags.has('all'))
      throw new ToolFailure('error: resource(s) were provided, but no name was specified');
    for (const { metadata } of await objectsOf(kubectl, one))
      doomed.push({ kind, name: metadata.name, namespace: metadata.namespace });
  }
  return doomed;
}

async function removeOne(kubectl: KubectlCall, { kind, name, namespace }: Doomed): Promise<void> {
  const { api, call, flags, waiting } = kubectl;
  const path = `${collectionOf(kind, namespace)}/${name}`;
  const grace = flags.has('force') ? 0 : Number(flags.value('grace-period') ?? Number.NaN);
  const options = {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    ...(Number.isFinite(grace) ? { gracePeriodSeconds: grace } : {}),
  };
  try {
    const { metadata } = await api.send(path);
    await api.send(path, { method: 'DELETE', body: options });
    call.out(`${shownName(kind, '').slice(0, -1)} "${name}" deleted\n`);
    if (!waits(kubectl)) return;
    const gone = async (): Promise<boolean> => (await api.find(path))?.metadata.uid !== metadata.uid;
    await waiting.until(gone, { everyMs: 1_000, withinMs: 600_000 });
  } catch (error) {
    const isGone = error instanceof ApiRefusal && error.code === 404;
    if (!isGone || !flags.has('ignore-not-found')) throw error;
  }
}

/** `--wait` takes its value after `=` only, so it reads as a switch. */
function waits({ flags }: KubectlCall): boolean {
  return flags.values('wait').length === 0 || flags.has('wait');
}
