import type { Config } from '../config/load.ts';
import { settingsText } from '../config/show.ts';
import { loadKubeconfig } from '../kube/kubeconfig.ts';
import { readArguments, UsageError } from './arguments.ts';
import { configFlags } from './commands.ts';
import { problemLine, readConfiguration } from './configuration.ts';
import { exitCodes } from './exit-codes.ts';

const parts = ['check', 'show', 'path'] as const;

/** `check` says what is wrong (exit code 64 then), `show` what holds for a context, `path` where the file is looked for. */
export async function config(argv: readonly string[]): Promise<number> {
  const { values, words } = readArguments(argv, configFlags, 1);
  const [word = 'show'] = words;
  const part = parts.find(one => one === word);
  if (part === undefined) throw new UsageError(`config cannot '${word}'; it is one of ${parts.join(', ')}`);
  const read = await readConfiguration(values, process.env);
  switch (part) {
    case 'path':
      process.stdout.write(`${read.file}\n`);
      return exitCodes.healthy;
    case 'check':
      return check(read);
    case 'show':
      for (const one of read.problems) process.stderr.write(`groundup: ${problemLine(read.file, one)}\n`);
      process.stdout.write(`# ${origin(read)}\n${settingsText(read.settingsFor(contextOf(values)))}`);
      return read.problems.length === 0 ? exitCodes.healthy : exitCodes.usage;
  }
}

function check(read: Config): number {
  for (const one of read.problems) process.stdout.write(`${problemLine(read.file, one)}\n`);
  if (read.problems.length > 0) return exitCodes.usage;
  process.stdout.write(`${origin(read)}\n`);
  return exitCodes.healthy;
}

function origin({ file, isThere, problems }: Config): string {
  if (!isThere) return `${file} does not exist: defaults hold`;
  return problems.length === 0
    ? `${file} is in order`
    : `${file} has ${problems.length} problems: defaults hold there`;
}

/** The context that a monitor would open; without a kubeconfig, what holds for any name. */
function contextOf(flags: { readonly context?: string; readonly kubeconfig?: string }): string {
  if (flags.context !== undefined) return flags.context;
  const found = loadKubeconfig({ path: flags.kubeconfig, env: process.env });
  return found.ok ? found.value.context : 'any';
}
