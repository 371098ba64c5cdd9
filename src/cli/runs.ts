import { stopRun } from '../runs/stop-run.ts';
import { readArguments, UsageError } from './arguments.ts';
import { runsFlags } from './commands.ts';
import { exitCodes } from './exit-codes.ts';
import { findRun } from './runs-find.ts';
import { judgedRun, judgedRuns } from './runs-judge.ts';
import { printLog } from './runs-logs.ts';
import { listText, runJson, runText } from './runs-print.ts';
import { stateFolder } from './state-folder.ts';

const verbs = ['ls', 'show', 'logs', 'stop'];

/** The journal of actions of this user on this machine. It asks no cluster: what a run did there, `check` tells. */
export async function runs(argv: readonly string[]): Promise<number> {
  const { values, words } = readArguments(argv, runsFlags, 2);
  const [verb = 'ls', wanted] = words;
  if (!verbs.includes(verb)) throw new UsageError(`'${verb}' is not one of ${verbs.join(', ')}`);
  if (verb === 'ls' && wanted !== undefined) throw new UsageError(`unexpected argument '${wanted}'`);
  const stateDir = stateFolder(process.env);
  const isJson = values.output === 'json';
  if (verb === 'ls') {
    const all = await judgedRuns(stateDir);
    process.stdout.write(
      isJson
        ? `${JSON.stringify(
            all.map(one => runJson(one)),
            null,
            2,
          )}\n`
        : listText(all),
    );
    return exitCodes.healthy;
  }
  if (wanted === undefined) throw new UsageError(`'${verb}' needs the ID of a run; groundup runs lists them`);
  const id = await findRun(stateDir, wanted);
  if (verb === 'logs') return printLog(stateDir, id, values.follow === true);
  if (verb === 'stop') return stop(stateDir, id, values.how ?? 'interrupt');
  const run = await judgedRun(stateDir, id);
  if (run === null) throw new UsageError(`the journal of run ${id} cannot be read`);
  process.stdout.write(isJson ? `${JSON.stringify(runJson(run), null, 2)}\n` : runText(run));
  return exitCodes.healthy;
}

type Rung = Parameters<typeof stopRun>[2];

async function stop(stateDir: string, id: string, how: string): Promise<number> {
  const stopped = await stopRun(stateDir, id, how as Rung, Date.now());
  (stopped.ok ? process.stdout : process.stderr).write(`${stopped.ok ? stopped.note : stopped.why}\n`);
  return stopped.ok ? exitCodes.healthy : exitCodes.actionFailed;
}
