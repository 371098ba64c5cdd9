import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Change } from '../drills/change.ts';
import { isCode, privateDir, readJson, writeDurable } from '../runs/files.ts';

/** A drill that was begun, as it is remembered on disk until it is undone. */
export interface Begun {
  readonly drill: string;
  readonly context: string;
  /** Of the namespace kube-system: the cluster, whatever its context is called. */
  readonly uid: string;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly undo: readonly Change[];
}

const folderOf = (stateDir: string): string => join(stateDir, 'drills');
const CAP = 8 * 1024 * 1024;

/** Remembers what takes a drill back, before anything is broken: it must survive our death. */
export async function remember(stateDir: string, begun: Begun): Promise<void> {
  await privateDir(folderOf(stateDir));
  await writeDurable(fileOf(stateDir, begun.uid), `${JSON.stringify(begun)}\n`);
}

/** The drill that was begun on a cluster and not undone; null when there is none. */
export async function recall(stateDir: string, uid: string): Promise<Begun | null> {
  const raw = await readJson(fileOf(stateDir, uid), CAP);
  const begun = raw as Begun | null;
  return begun !== null && begun.uid === uid && Array.isArray(begun.undo) ? begun : null;
}

/** Every cluster on which a drill waits to be undone. */
export async function unfinished(stateDir: string): Promise<readonly Begun[]> {
  const names = await readdir(folderOf(stateDir)).catch(() => []);
  const all = await Promise.all(
    names
      .filter(name => name.endsWith('.json'))
      .slice(0, 50)
      .map(name => recall(stateDir, decodeURIComponent(name.slice(0, -'.json'.length)))),
  );
  return all.filter(one => one !== null);
}

export async function forget(stateDir: string, uid: string): Promise<void> {
  try {
    await unlink(fileOf(stateDir, uid));
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
}

function fileOf(stateDir: string, uid: string): string {
  return join(folderOf(stateDir), `${encodeURIComponent(uid)}.json`);
}
