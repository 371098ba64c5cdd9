import { ApiRefusal, MERGE_PATCH } from '../api.ts';
import { ToolFailure } from '../tool.ts';
import { type FluxCall, pathOf, say } from './call.ts';
import { type FluxKind, readKind } from './kinds.ts';
import { isSettled, revisionOf } from './reconcile.ts';

/** `flux suspend KIND NAME`. An object that is not there is said, but is no failure. */
export async function suspend(flux: FluxCall): Promise<number> {
  const { kind, name } = target(flux, 'suspend');
  if (!(await exists(flux, kind, name))) return 0;
  say(flux, '►', `suspending ${kind.word} ${name} in ${flux.namespace} namespace`);
  await setSuspended(flux, kind, name, true);
  say(flux, '✔', `${kind.word} suspended`);
  return 0;
}

/** `flux resume KIND NAME`, and waits for what the controller then does. */
export async function resume(flux: FluxCall): Promise<number> {
  const { kind, name } = target(flux, 'resume');
  if (!(await exists(flux, kind, name))) return 0;
  say(flux, '►', `resuming ${kind.word} ${name} in ${flux.namespace} namespace`);
  await setSuspended(flux, kind, name, false);
  say(flux, '✔', `${kind.word} resumed`);
  say(flux, '◎', `waiting for ${kind.kind} reconciliation`);
  const path = pathOf(kind, flux.namespace, name);
  const settled = async (): Promise<boolean> => isSettled(await flux.api.send(path));
  const end = await flux.waiting.until(settled, { everyMs: 2_000, withinMs: flux.timeoutMs });
  if (end !== 'done') {
    say(flux, '✗', 'context deadline exceeded');
    return 1;
  }
  say(flux, '✔', `${kind.kind} ${name} reconciliation completed`);
  say(flux, '✔', `${kind.done} ${revisionOf(await flux.api.send(path))}`);
  return 0;
}

function target(flux: FluxCall, verb: string): { kind: FluxKind; name: string } {
  const found = readKind(flux.words);
  if (!found) throw new ToolFailure(`unknown command "${flux.words.join(' ')}" for "flux ${verb}"`);
  const [name] = found.rest;
  if (!name) throw new ToolFailure(`${found.kind.word} name is required`);
  return { kind: found.kind, name };
}

async function exists(flux: FluxCall, kind: FluxKind, name: string): Promise<boolean> {
  if (await flux.api.find(pathOf(kind, flux.namespace, name))) return true;
  say(flux, '✗', `${kind.kind} object '${name}' not found in ${flux.namespace} namespace`);
  return false;
}

async function setSuspended(
  { api, namespace }: FluxCall,
  kind: FluxKind,
  name: string,
  suspend: boolean,
): Promise<void> {
  try {
    await api.send(pathOf(kind, namespace, name), {
      method: 'PATCH',
      type: MERGE_PATCH,
      body: { spec: { suspend } },
    });
  } catch (error) {
    throw error instanceof ApiRefusal && error.code > 0 ? new ToolFailure(error.message) : error;
  }
}
