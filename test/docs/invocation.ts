import { type Flags, readArguments, UsageError } from '../../src/cli/arguments.ts';
import { type Command, commands } from '../../src/cli/commands.ts';
import { drills } from '../../src/drills/drills.ts';
import { actions } from '../../src/recovery/actions/index.ts';
import { faultNamed } from '../../src/simulator/faults/index.ts';

/** One call of the program within a line of shell. */
export interface Invocation {
  readonly command: string;
  readonly args: readonly string[];
}

/** The calls of groundup in a line of shell, by whatever name: `npx groundup`, `kubectl groundup`. */
export function invocationsIn(line: string): readonly Invocation[] {
  return line
    .split(/&&|\|\||<\(|[|;&>()]/)
    .map(part => wordsOf(part.trim()))
    .flatMap(words => {
      const [first = '', second = ''] = words;
      if (first === 'groundup') return [called(words.slice(1))];
      return (first === 'npx' || first === 'kubectl') && second === 'groundup'
        ? [called(words.slice(2))]
        : [];
    });
}

function wordsOf(text: string): readonly string[] {
  return [...text.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  );
}

function called(words: readonly string[]): Invocation {
  const [first = ''] = words;
  return first === '' || first.startsWith('-')
    ? { command: 'monitor', args: words }
    : { command: first, args: words.slice(1) };
}

const MOST_WORDS = 9;

/** What the program would object to before it did anything; null when it would not. */
export function objection({ command, args }: Invocation): string | null {
  const known: Command | undefined = Object.entries(commands).find(([name]) => name === command)?.[1];
  if (known === undefined) return `there is no command ${command}`;
  const given = args.filter(word => word !== '--help' && word !== '--version');
  try {
    const { values, words } = readArguments(given, known.flags as Flags, MOST_WORDS);
    return nameObjection(command, values, words);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}

/** Names that the commands look up themselves. Words in capitals stand for something. */
function nameObjection(
  command: string,
  values: Readonly<Record<string, unknown>>,
  words: readonly string[],
): string | null {
  const isMeant = (word: unknown): word is string => typeof word === 'string' && !/^[A-Z]+$/.test(word);
  const { scenario } = values;
  if (isMeant(scenario) && faultNamed(scenario) === undefined) return `there is no scenario ${scenario}`;
  const [word] = words;
  if (command === 'drill' && isMeant(word) && !drills.some(({ name }) => name === word))
    return `there is no drill ${word}`;
  const meant = [
    ...(command === 'recover' ? words.slice(0, 1) : []),
    ...[values.heal, values.action].flatMap(one => (Array.isArray(one) ? one : [])),
  ].filter(isMeant);
  const unknown = meant.find(id => !actions.some(action => action.id === id));
  return unknown === undefined ? null : `there is no action ${unknown}`;
}
