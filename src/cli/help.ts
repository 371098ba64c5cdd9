import { type Command, type CommandName, commands } from './commands.ts';
import { environment } from './environment.ts';
import { exitMeanings } from './exit-codes.ts';

/** The help of the whole program, or of one command. */
export function help(name?: CommandName): string {
  return name === undefined ? overview() : commandHelp(name, commands[name]);
}

function overview(): string {
  return [
    'groundup watches a Kubernetes cluster from the ground up: it shows what is broken lowest, why, and which key repairs it.',
    '',
    'Usage:',
    ...Object.values(commands).flatMap((command: Command) => [
      `  ${command.usage}`,
      `      ${command.summary}`,
    ]),
    '',
    'Exit codes:',
    ...exitMeanings.map(([code, meaning]) => `  ${String(code).padStart(2)}  ${meaning}`),
    '',
    'Environment:',
    ...environment.map(([variable, meaning]) => `  ${variable}\n      ${meaning}`),
    '',
    'groundup COMMAND --help tells the flags of a command; in the monitor, ? tells the keys.',
    'Without flags it is read-only: u opens the lock for ten minutes.',
  ].join('\n');
}

function commandHelp(name: CommandName, command: Command): string {
  const rows = Object.entries(command.flags).map(([flag, { value, short, help: text }]) => {
    const left = `${short === undefined ? '    ' : `-${short}, `}--${flag}${value === undefined ? '' : ` ${value}`}`;
    return `  ${left.padEnd(28)} ${text}`;
  });
  return [
    `${name === 'monitor' ? 'groundup' : `groundup ${name}`}: ${command.summary}`,
    '',
    `Usage: ${command.usage}`,
    '',
    ...(rows.length === 0 ? [] : ['Flags:', ...rows, '']),
    'Examples:',
    ...command.examples.map(example => `  ${example}`),
  ].join('\n');
}
