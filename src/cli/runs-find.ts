import { runIds } from '../runs/journal.ts';
import { UsageError } from './arguments.ts';

/** The one run whose ID begins like that, in any case; `last` is the newest. Throws UsageError for none or several. */
export async function findRun(stateDir: string, wanted: string): Promise<string> {
  const ids = await runIds(stateDir);
  const newest = ids.at(-1);
  if (wanted === 'last' && newest !== undefined) return newest;
  const found = ids.filter(id => id.startsWith(wanted.toUpperCase()));
  if (found.length === 1 && found[0] !== undefined) return found[0];
  if (found.length > 1)
    throw new UsageError(`'${wanted}' is the beginning of ${found.length} runs; write more of it`);
  throw new UsageError(`there is no run '${wanted}'; groundup runs lists them`);
}
