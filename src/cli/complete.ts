import type { Flag, Flags } from './arguments.ts';
import { type Command, type CommandName, commands } from './commands.ts';
import { type Choice, choicesFrom } from './complete-choices.ts';
import { exitCodes } from './exit-codes.ts';

/** What the shell does beside offering the words: what kubectl and its like mean by these numbers. */
const directives = { files: 0, words: 4 } as const;

/**
 * The hidden command behind every completion: gets the words of the line after the program's name, the last of them unfinished
 * (or empty), and prints one choice a line, its meaning after a tab; the last line says whether file names fit as well.
 * It is the protocol that `kubectl` speaks with its plugins. Never fails: a line that cannot be completed has no choices.
 */
export async function complete(line: readonly string[]): Promise<number> {
  const { choices, files } = await proposals(line).catch(() => ({ choices: [], files: false }));
  const rows = choices.map(({ word, meaning }) => (meaning === '' ? word : `${word}\t${meaning}`));
  process.stdout.write([...rows, `:${files ? directives.files : directives.words}`, ''].join('\n'));
  return exitCodes.healthy;
}

interface Proposals {
  readonly choices: readonly Choice[];
  readonly files: boolean;
}

async function proposals(line: readonly string[]): Promise<Proposals> {
  const before = line.slice(0, -1);
  const last = line.at(-1) ?? '';
  const [first] = before;
  if (first === undefined && !last.startsWith('-'))
    return { choices: starting(last, commandChoices()), files: false };
  if (first === 'help')
    return { choices: before.length > 1 ? [] : starting(last, commandChoices()), files: false };
  const isNamed = first !== undefined && first in commands;
  const command: Command = commands[isNamed ? (first as CommandName) : 'monitor'];
  const read = readLine(isNamed ? before.slice(1) : before, command.flags);
  if (read.open !== null) return await valuesOf(read.open, last, '', read.given);
  const [, name, value] = /^--([\w-]+)=(.*)$/s.exec(last) ?? [];
  const flag = command.flags[name ?? ''];
  if (flag?.value !== undefined) return await valuesOf(flag, value ?? '', `--${name}=`, read.given);
  if (last.startsWith('-'))
    return { choices: starting(last, flagChoices(command.flags, read.given)), files: false };
  return await wordsOf(command, read.words, last, read.given);
}

/** What the words before the last one already say. */
interface Read {
  readonly given: ReadonlyMap<string, readonly string[]>;
  readonly words: readonly string[];
  /** The flag whose value comes next. */
  readonly open: Flag | null;
}

function readLine(before: readonly string[], flags: Flags): Read {
  const given = new Map<string, string[]>();
  const words: string[] = [];
  let open: readonly [name: string, flag: Flag] | null = null;
  const give = (name: string, value: string): void =>
    void given.set(name, [...(given.get(name) ?? []), value]);
  for (const word of before) {
    if (open !== null) {
      give(open[0], word);
      open = null;
      continue;
    }
    const [, long, short, value] = /^(?:--([\w-]+)|-(\w))(?:=(.*))?$/s.exec(word) ?? [];
    const found = Object.entries(flags).find(
      ([name, flag]) => name === long || (short !== undefined && flag.short === short),
    );
    if (found === undefined) {
      if (!word.startsWith('-')) words.push(word);
    } else if (found[1].value === undefined || value !== undefined) give(found[0], value ?? '');
    else open = found;
  }
  return { given, words, open: open?.[1] ?? null };
}

async function valuesOf(flag: Flag, typed: string, prefix: string, given: Read['given']): Promise<Proposals> {
  if (flag.from === 'files') return { choices: [], files: true };
  const choices =
    flag.choices === undefined
      ? await choicesFrom(flag.from, given)
      : flag.choices.map(word => ({ word, meaning: '' }));
  return {
    choices: starting(typed, choices).map(one => ({ ...one, word: `${prefix}${one.word}` })),
    files: false,
  };
}

async function wordsOf(
  command: Command,
  words: readonly string[],
  last: string,
  given: Read['given'],
): Promise<Proposals> {
  const next = command.words?.[words.length];
  if (next === undefined || (next.after !== undefined && !next.after.includes(words.at(-1) ?? '')))
    return { choices: [], files: false };
  if (next.from === 'files') return { choices: [], files: true };
  const choices = next.choices?.map(word => ({ word, meaning: '' })) ?? (await choicesFrom(next.from, given));
  return { choices: starting(last, choices), files: false };
}

function starting(typed: string, choices: readonly Choice[]): readonly Choice[] {
  return choices.filter(({ word }) => word.startsWith(typed));
}

function commandChoices(): readonly Choice[] {
  const named = Object.entries(commands).filter(([name]) => name !== 'monitor');
  return [
    ...named.map(([word, { summary }]) => ({ word, meaning: summary })),
    { word: 'help', meaning: 'what a command does' },
  ];
}

function flagChoices(flags: Flags, given: Read['given']): readonly Choice[] {
  const free = Object.entries(flags).filter(([name, flag]) => flag.multiple === true || !given.has(name));
  return [
    ...free.map(([name, { help }]) => ({ word: `--${name}`, meaning: help })),
    ...free.flatMap(([, { short, help }]) =>
      short === undefined ? [] : [{ word: `-${short}`, meaning: help }],
    ),
    { word: '--help', meaning: 'all flags of the command' },
  ];
}
