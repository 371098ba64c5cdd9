import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { nearest } from '../text/nearest.ts';
import { refusal } from './refused-flags.ts';

export { nearest };

/** A flag of a command; `value` names its argument, without one it is a switch. */
export interface Flag {
  readonly value?: string;
  readonly short?: string;
  readonly multiple?: true;
  readonly choices?: readonly string[];
  /** What the shell's completion offers for the value. */
  readonly from?: Source;
  readonly help: string;
}
/** Where the words come from that a completion offers: this machine, the kubeconfig, the cluster, or groundup itself. */
export type Source =
  | 'contexts'
  | 'clusters'
  | 'users'
  | 'namespaces'
  | 'layers'
  | 'runs'
  | 'scenarios'
  | 'actions'
  | 'healing'
  | 'files';
export type Flags = Readonly<Record<string, Flag>>;
type Value<F extends Flag> = F extends { value: string }
  ? F extends { multiple: true }
    ? readonly string[]
    : string
  : boolean;
export type Values<F extends Flags> = { readonly [K in keyof F]?: Value<F[K]> };

/** Bad input, told in one sentence; `main` prints it and exits with 64. */
export class UsageError extends Error {}

/** Reads a command's flags. Throws UsageError with the nearest known flag for an unknown one. */
export function readArguments<F extends Flags>(
  argv: readonly string[],
  flags: F,
  positionals = 0,
): { readonly values: Values<F>; readonly words: readonly string[] } {
  const options: ParseArgsOptionsConfig = {};
  for (const [name, flag] of Object.entries(flags)) {
    options[name] = {
      type: flag.value === undefined ? 'boolean' : 'string',
      ...(flag.short === undefined ? {} : { short: flag.short }),
      ...(flag.multiple === undefined ? {} : { multiple: true }),
    };
  }
  const refused = refusal(argv, Object.keys(flags));
  if (refused !== null) throw new UsageError(refused);
  const parsed = parse(argv, options, Object.keys(flags));
  if (parsed.positionals.length > positionals)
    throw new UsageError(`unexpected argument '${parsed.positionals[positionals]}'`);
  for (const [name, flag] of Object.entries(flags)) checkChoice(name, flag, parsed.values[name]);
  return { values: parsed.values as Values<F>, words: parsed.positionals };
}

function parse(argv: readonly string[], options: ParseArgsOptionsConfig, known: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const unknown = /Unknown option '(-{1,2})([^']*)'/.exec(text);
    if (unknown === null) throw new UsageError(text.split('\n')[0]?.replace(/\.? To specify.*$/, '') ?? text);
    const near = nearest(unknown[2] ?? '', known);
    throw new UsageError(
      `unknown flag ${unknown[1]}${unknown[2]}${near === undefined ? '' : `; did you mean --${near}?`}`,
    );
  }
}

function checkChoice(name: string, flag: Flag, value: unknown): void {
  if (flag.choices === undefined || typeof value !== 'string' || flag.choices.includes(value)) return;
  throw new UsageError(`--${name} cannot be '${value}'; it is one of ${flag.choices.join(', ')}`);
}

/** `90s`, `5m`, `1h`, `250ms` or bare seconds, as milliseconds. */
export function readDuration(name: string, textual: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(textual.trim());
  if (match === null)
    throw new UsageError(`--${name} cannot be '${textual}'; write a duration such as 30s or 5m`);
  const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
  return Number(match[1]) * units[(match[2] ?? 's') as keyof typeof units];
}
