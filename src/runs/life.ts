import { readdir, readFile } from 'node:fs/promises';
import { type Safe, say } from '../text/safe.ts';
import { type Journal, lastEvent } from './journal.ts';
import { lifeOf } from './process-identity.ts';
import { startedAt } from './to-run.ts';

/**
 * Who is at work on a run. `orphaned`: its supervisor is gone, but its tool goes on; `lost`: nobody is left and no end was
 * written.
 */
export type RunLife =
  | { readonly state: 'supervised' | 'orphaned' }
  | { readonly state: 'lost'; readonly outcome: 'failed' | 'unknown'; readonly text: Safe };

/** A supervisor needs a moment to write its first line. */
const START_MS = 15_000;

/** Looks at the processes of a run that has not ended yet. */
export async function lifeOfRun(journal: Journal, now: number): Promise<RunLife> {
  const supervisor = lastEvent(journal.events, 'supervisor');
  if (supervisor === null) {
    return now - startedAt(journal) > START_MS
      ? { state: 'lost', outcome: 'failed', text: say`it never began: nothing was changed` }
      : { state: 'supervised' };
  }
  if ((await lifeOf(supervisor.process)) !== 'gone') return { state: 'supervised' };
  const spawned = lastEvent(journal.events, 'spawned');
  if (spawned !== null && (await lifeOf(spawned.process)) !== 'gone') return { state: 'orphaned' };
  if (await hasProcess(journal.id)) return { state: 'orphaned' };
  const step = lastEvent(journal.events, 'step');
  if (step === null)
    return { state: 'lost', outcome: 'failed', text: say`its supervisor ended before the first step` };
  const title = journal.plan.steps[step.step]?.title ?? journal.plan.title;
  return {
    state: 'lost',
    outcome: 'unknown',
    text: say`nobody saw how it ended: look at the cluster (${title})`,
  };
}

/**
 * True when a process carries the mark of the run in its environment: a tool whose number was not written down in time,
 * or what a killed tool left behind. Only where `/proc` exists.
 */
async function hasProcess(runId: string): Promise<boolean> {
  const names = await readdir('/proc').catch(() => []);
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue;
    const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '');
    if (environment.split('\0').includes(`GROUNDUP_RUN=${runId}`)) return true;
  }
  return false;
}
