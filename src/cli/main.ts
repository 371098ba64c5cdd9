import { TOOL_WORD } from '../simulator/tools/own-command.ts';
import { nearest, UsageError } from './arguments.ts';
import { type CommandName, commands } from './commands.ts';
import { exitCodes } from './exit-codes.ts';
import { help } from './help.ts';
import { version } from './version.ts';

/** Finds the command, runs it, and turns bad input into one sentence with exit code 64. Commands are loaded when they are needed. */
async function main(argv: readonly string[]): Promise<number> {
  const [first, ...rest] = argv;
  if (first === '__supervise') return (await import('./supervise.ts')).supervise(rest);
  if (first === '__complete') return (await import('./complete.ts')).complete(rest);
  if (first === TOOL_WORD) return (await import('../simulator/tools/run-tool.ts')).runTool(rest);
  if (first === '--version' || first === '-V') {
    process.stdout.write(`${version}\n`);
    return exitCodes.healthy;
  }
  const named = first !== undefined && !first.startsWith('-');
  if (named && !(first in commands) && first !== 'help') throw new UsageError(unknownCommand(first));
  const name = (named && first !== 'help' ? first : 'monitor') as CommandName;
  const flags = named ? rest : argv;
  if (first === 'help' || flags.includes('--help') || flags.includes('-h')) {
    const asked = first === 'help' || !named ? rest[0] : first;
    const about = asked !== undefined && asked in commands ? (asked as CommandName) : undefined;
    process.stdout.write(`${help(about)}\n`);
    return exitCodes.healthy;
  }
  // The renderer's colour library decides when it is loaded, and knows FORCE_COLOR only.
  const { NO_COLOR = '', FORCE_COLOR } = process.env;
  if (flags.includes('--no-color') || (NO_COLOR !== '' && FORCE_COLOR === undefined))
    process.env.FORCE_COLOR = '0';
  return perform(name, flags);
}

async function perform(name: CommandName, flags: readonly string[]): Promise<number> {
  switch (name) {
    case 'monitor':
      return (await import('./monitor.ts')).monitor(flags);
    case 'demo':
      return (await import('./demo.ts')).demo(flags);
    case 'check':
      return (await import('./check.ts')).check(flags);
    case 'recover':
      return (await import('./recover.ts')).recover(flags);
    case 'heal':
      return (await import('./heal.ts')).heal(flags);
    case 'report':
      return (await import('./report.ts')).report(flags);
    case 'replay':
      return (await import('./replay.ts')).replay(flags);
    case 'runs':
      return (await import('./runs.ts')).runs(flags);
    case 'completion':
      return (await import('./completion.ts')).completion(flags);
    case 'man':
      return (await import('./man.ts')).man(flags);
    case 'config':
      return (await import('./config.ts')).config(flags);
    case 'wait':
      return (await import('./wait.ts')).wait(flags);
    case 'drill':
      return (await import('./drill.ts')).drill(flags);
    case 'doctor':
      return (await import('./doctor.ts')).doctor(flags);
    case 'manifests':
      return (await import('./manifests.ts')).manifests(flags);
  }
}

function unknownCommand(word: string): string {
  const near = nearest(word, Object.keys(commands));
  return `unknown command '${word}'${near === undefined ? '' : `; did you mean '${near}'?`}`;
}

/** One sentence; the rest is in a report. Modules of it are loaded only now: nothing else needs them. */
async function failed(error: unknown): Promise<void> {
  const [{ writeCrashReport }, { field }, { redact }] = await Promise.all([
    import('./crash-report.ts'),
    import('../text/field.ts'),
    import('../text/redact.ts'),
  ]);
  const where = writeCrashReport({ error, argv: process.argv.slice(2), env: process.env });
  const reason = field(redact(error instanceof Error ? error.message : String(error))).slice(0, 300);
  const report = where === null ? '' : `; a report is in ${where}`;
  console.error(`groundup stopped because of an error in itself (${reason})${report}.`);
  if (process.env.GROUNDUP_DEBUG !== undefined && error instanceof Error) console.error(error.stack);
}

/** What was thrown where nobody waited for it. The full screen has a guard of its own, which gives the terminal back first. */
function onStray(event: 'uncaughtException' | 'unhandledRejection'): void {
  process.on(event, error => {
    if (process.listenerCount(event) > 1) return;
    void failed(error).finally(() => process.exit(exitCodes.internal));
  });
}

// A reader that has enough (`| head`) closes the pipe; that is no error of ours.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
for (const event of ['uncaughtException', 'unhandledRejection'] as const) onStray(event);
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) {
    // It repeats what was typed, or handed on by a script.
    const { field } = await import('../text/field.ts');
    const sentence = field(error.message);
    console.error(`groundup: ${/[.?!]$/.test(sentence) ? sentence : `${sentence}.`} See: groundup --help`);
    process.exitCode = exitCodes.usage;
  } else {
    await failed(error);
    process.exitCode = exitCodes.internal;
  }
}
