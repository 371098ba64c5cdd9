import { ToolFailure } from './tool.ts';

/** Arguments as a cobra command reads them. */
export interface Flags {
  readonly words: readonly string[];
  has(name: string): boolean;
  /** The last value given; undefined when there is none. */
  value(name: string): string | undefined;
  values(name: string): readonly string[];
}

interface Known {
  readonly name: string;
  readonly takes: boolean;
}

/**
 * Reads arguments by a list such as `kube-context= selector=,l wait`: `=` takes a value, a letter after the comma is the
 * short form. Throws ToolFailure in cobra's words for a flag that is not in the list.
 */
export function readFlags(args: readonly string[], list: string): Flags {
  const known = knownFlags(list);
  const words: string[] = [];
  const given = new Map<string, string[]>();
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') {
      words.push(...rest.splice(0));
    } else if (arg.startsWith('-') && arg !== '-') {
      const { flag, value } = readOne(arg, known);
      const text = value ?? (flag.takes ? rest.shift() : 'true');
      if (text === undefined) throw new ToolFailure(`flag needs an argument: ${arg}`);
      given.set(flag.name, [...(given.get(flag.name) ?? []), text]);
    } else {
      words.push(arg);
    }
  }
  return {
    words,
    has: name => given.has(name) && given.get(name)?.at(-1) !== 'false',
    value: name => given.get(name)?.at(-1),
    values: name => given.get(name) ?? [],
  };
}

function knownFlags(list: string): ReadonlyMap<string, Known> {
  const known = new Map<string, Known>();
  for (const entry of list.split(' ').filter(Boolean)) {
    const [spelled = '', short] = entry.split(',');
    const flag = { name: spelled.replace('=', ''), takes: spelled.endsWith('=') };
    known.set(`--${flag.name}`, flag);
    if (short) known.set(`-${short}`, flag);
  }
  return known;
}

function readOne(arg: string, known: ReadonlyMap<string, Known>): { flag: Known; value?: string } {
  if (arg.startsWith('--')) {
    const [name = '', ...value] = arg.split('=');
    const flag = known.get(name);
    if (!flag) throw new ToolFailure(`unknown flag: ${name}`);
    return value.length > 0 ? { flag, value: value.join('=') } : { flag };
  }
  const flag = known.get(arg.slice(0, 2));
  if (!flag) throw new ToolFailure(`unknown shorthand flag: '${arg[1]}' in ${arg}`);
  const value = arg.slice(2).replace(/^=/, '');
  return value ? { flag, value } : { flag };
}

/** Milliseconds of a duration as Go writes it (`5m`, `1m30s`, `300s`) or of plain seconds; undefined when it is none. */
export function durationMs(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const units: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  if (parts.length === 0 || parts.map(part => part[0]).join('') !== text) return undefined;
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ''] ?? 0), 0);
}
