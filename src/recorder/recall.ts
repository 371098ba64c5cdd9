import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { readOwn } from '../runs/files.ts';
import { decode } from './decode.ts';
import type { Watched } from './record.ts';
import { recordsIn } from './ring.ts';

const DAY = 86_400_000;
/** No record is larger; of the newest ones, this much is read in all, for it is read while the screen is live. */
const FILE_BYTES = 8_388_608;
const ALL_BYTES = 6_291_456;

/**
 * The watches of this cluster in the flight records, oldest first, that reach into the time after `since` (epoch ms).
 * Where two groundups watched at once, the one that began first tells it.
 */
export async function recall(
  folder: string,
  cluster: Diagnosis['cluster'],
  since: number,
): Promise<readonly Watched[]> {
  const watched: Watched[] = [];
  let bytes = 0;
  for (const name of (await recordsIn(folder)).toReversed()) {
    const path = join(folder, name);
    const info = await stat(path).catch(() => null);
    // The clock of files is ours, that of the cluster may be another by a day at most.
    if (info === null || info.mtimeMs < since - DAY) continue;
    bytes += info.size;
    if (bytes > ALL_BYTES) break;
    const text = await readOwn(path, FILE_BYTES);
    // Keys and frames go between.
    await setImmediate();
    for (const one of text === null ? [] : (decode(text) ?? []))
      if (isSame(one.cluster, cluster) && one.endedAt >= since) watched.push(one);
  }
  return apart(watched.toSorted((a, b) => a.beganAt - b.beganAt));
}

/** The same cluster by its identity; by name and address where one of them had none yet. */
export function isSame(a: Diagnosis['cluster'], b: Diagnosis['cluster']): boolean {
  if (a.uid !== null && b.uid !== null) return a.uid === b.uid;
  return a.context === b.context && a.server === b.server;
}

/** Without what two told of the same time. */
export function apart(all: readonly Watched[]): readonly Watched[] {
  const kept: Watched[] = [];
  for (const one of all) {
    const before = kept.at(-1);
    if (before === undefined || one.beganAt > before.endedAt) kept.push(one);
    else if (one.endedAt > before.endedAt) {
      const moments = one.moments.filter(({ at }) => at > before.endedAt);
      kept.push({ ...one, beganAt: before.endedAt, moments });
    } else if (one.runs.length > 0)
      kept[kept.length - 1] = { ...before, runs: [...before.runs, ...one.runs] };
  }
  return kept;
}
