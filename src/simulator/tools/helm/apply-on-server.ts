import type { Json } from '../../world.ts';
import { APPLY_PATCH, type Api } from '../api.ts';
import { pathOf } from '../paths.ts';
import type { Waiting } from '../waiting.ts';
import { applyDefinitions, worded } from './apply.ts';

const MANAGER = 'helm';

/** As helm 4 does it: the server merges, and refuses when somebody else owns a field of another value, unless it is forced. */
export async function applyOnServer(
  api: Api,
  waiting: Waiting,
  objects: readonly Json[],
  force: boolean,
): Promise<void> {
  await applyDefinitions(api, waiting, objects);
  for (const { status: _, ...object } of objects) {
    if (object.kind === 'CustomResourceDefinition') continue;
    const { apiVersion, kind, metadata } = object as Json;
    const where = metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
    try {
      await api.send(`${pathOf(object as Json)}?fieldManager=${MANAGER}&force=${force}`, {
        method: 'PATCH',
        type: APPLY_PATCH,
        body: object,
      });
    } catch (error) {
      throw worded(
        error,
        message => `conflict occurred while applying object ${where} ${apiVersion}, Kind=${kind}: ${message}`,
      );
    }
  }
}
