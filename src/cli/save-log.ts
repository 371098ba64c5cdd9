import { dirname, join } from 'node:path';
import { commandsOf } from '../recovery/make-plan.ts';
import { commandLine } from '../report/sentences.ts';
import { writeDurable } from '../runs/files.ts';
import { files } from '../runs/journal.ts';
import { readRun } from '../runs/read-runs.ts';
import type { Run } from '../runs/run.ts';
import { runLine } from './run-lines.ts';

/** More lines than a run keeps in its files. */
const RING = 500_000;

/**
 * Writes the log of a run into one readable file beside its journal: both streams in their order, with times, masked as on
 * the screen. Gives its path; null when there is no such run. Throws when it cannot be written.
 */
export async function saveLog(
  stateDir: string,
  id: string,
  secrets: readonly string[],
): Promise<string | null> {
  const run = await readRun(stateDir, id, secrets, RING);
  if (run === null) return null;
  const path = join(dirname(run.logFile), files.saved);
  await writeDurable(path, textOf(run));
  return path;
}

function textOf(run: Run): string {
  const { plan } = run;
  const ended = run.endedAt === null ? '' : `, ended ${new Date(run.endedAt).toISOString()}`;
  const code = run.exitCode === null ? '' : `, exit code ${run.exitCode}`;
  const head = [
    `${plan.title} (run ${run.id})`,
    `cluster ${plan.cluster.context} ${plan.cluster.server}`,
    `began ${new Date(run.startedAt).toISOString()}${ended}`,
    `${run.state}${code}${run.failure === null ? '' : `: ${run.failure}`}`,
    ...commandsOf(plan.steps).map(command => `$ ${commandLine(command)}`),
    'minutes and seconds since it began; ! marks standard error, > what groundup says itself',
    '',
  ];
  return `${[...head, ...run.lines.map(runLine)].join('\n')}\n`;
}
