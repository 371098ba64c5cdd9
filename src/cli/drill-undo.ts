import type { Change } from '../drills/change.ts';
import { isCalledFor, isLeaving } from '../drills/undo.ts';
import type { Transport } from '../kube/transport.ts';
import { type Begun, forget } from './drill-store.ts';

type Request = Transport['request'];

const DEADLINE_MS = 10_000;
const AGAIN_MS = 1_000;
const WITHIN_MS = 120_000;
/** Definitions of Flux take minutes to go; what stands on them can only be made anew after that. */
const GONE_WITHIN_MS = 420_000;
const LEAVING = 'it is still being deleted';
/** Of a Secret nothing but its metadata is ever asked for. */
const METADATA = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

/** Sends one change. Null when it was done, else why not. */
export async function send(
  request: Request,
  { method, path, contentType, body, metadataOnly }: Change,
): Promise<string | null> {
  const accept = metadataOnly === true ? { accept: METADATA } : {};
  const answer = await request(method, path, { body, contentType, deadlineMs: DEADLINE_MS, ...accept });
  return answer.ok ? null : answer.message;
}

/**
 * Takes a drill back and forgets it. Each part is tried again for two minutes: the API server may be what suffers. What
 * somebody repaired meanwhile is left alone. True when all of it is undone; else it stays remembered.
 */
export async function undo(
  request: Request,
  stateDir: string,
  begun: Begun,
  print: (text: string) => void,
): Promise<boolean> {
  const began = performance.now();
  const failures: string[] = [];
  for (const change of begun.undo) {
    let failure = await undoOne(request, change, print);
    while (
      failure !== null &&
      performance.now() - began < (failure === LEAVING ? GONE_WITHIN_MS : WITHIN_MS)
    ) {
      await new Promise(again => setTimeout(again, AGAIN_MS));
      failure = await undoOne(request, change, print);
    }
    if (failure !== null) failures.push(`${change.title}: ${failure}`);
  }
  for (const failure of failures) print(`NOT UNDONE ${failure}`);
  if (failures.length > 0) return false;
  await forget(stateDir, begun.uid);
  return true;
}

async function undoOne(
  request: Request,
  change: Change,
  print: (text: string) => void,
): Promise<string | null> {
  const { onlyIf } = change;
  if (onlyIf !== null) {
    const accept = change.metadataOnly === true ? { accept: METADATA } : {};
    const found = await request('GET', onlyIf.path, { deadlineMs: DEADLINE_MS, ...accept });
    if (!found.ok && found.status !== 404) return found.message;
    if (!isCalledFor(change, found.ok ? found.json : null)) {
      print(`UNDO      ${change.title}: not needed any more`);
      return null;
    }
    if (onlyIf.state === 'absent' && found.ok && isLeaving(found.json)) return LEAVING;
  }
  const failure = await send(request, change);
  if (failure === null) print(`UNDO      ${change.title}`);
  return failure;
}
