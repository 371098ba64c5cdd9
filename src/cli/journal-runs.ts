import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { listRuns, readRun } from '../runs/read-runs.ts';
import { isSameCluster } from '../runs/verify.ts';
import { type RecordedRun, recordedRun } from '../store/recorded-run.ts';

const MOST = 50;

/** The runs of the journal that touched this cluster since then, with the last lines they said, on the cluster's clock. */
export async function journalRuns(
  stateDir: string,
  diagnosis: Diagnosis,
  {
    skew,
    since,
    secrets,
  }: { readonly skew: number; readonly since: number; readonly secrets: readonly string[] },
): Promise<readonly RecordedRun[]> {
  const mine = (await listRuns(stateDir))
    .filter(run => isSameCluster(run.plan, diagnosis) && (run.endedAt ?? run.startedAt) + skew >= since)
    .slice(0, MOST);
  const told: RecordedRun[] = [];
  for (const { id } of mine) {
    const run = await readRun(stateDir, id, secrets);
    if (run === null) continue;
    const endedAt = run.endedAt === null ? null : run.endedAt + skew;
    told.push(recordedRun(run, { startedAt: run.startedAt + skew, endedAt }));
  }
  return told;
}
