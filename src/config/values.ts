import { homedir } from 'node:os';
import { join } from 'node:path';
import { nearest } from '../text/nearest.ts';
import { type Shape, scalar } from './shape.ts';

/** Characters that act on a terminal or hide in a line have no place in a configuration. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;
const LONGEST = 4_096;

export const flag: Shape<boolean> = scalar('true or false', { type: 'boolean' }, asFlag);

/** A flag that guards something: when it is wrong it counts as true. */
export const guard: Shape<boolean> = scalar(
  'true or false; until then it counts as true',
  { type: 'boolean' },
  asFlag,
  {
    whenWrong: true,
  },
);

function asFlag(raw: unknown): boolean | undefined {
  return typeof raw === 'boolean' ? raw : undefined;
}

/** One line of text. Numbers and flags that were meant as text count as such. */
export function text(must = 'one line of text', pattern?: RegExp): Shape<string> {
  return scalar(
    must,
    { type: 'string', ...(pattern === undefined ? {} : { pattern: pattern.source }) },
    raw => {
      const value = typeof raw === 'number' || typeof raw === 'boolean' ? String(raw) : raw;
      if (typeof value !== 'string' || value === '' || value.length > LONGEST || UNPRINTABLE.test(value))
        return undefined;
      return pattern === undefined || pattern.test(value) ? value : undefined;
    },
  );
}

export function oneOf<const W extends string | number>(words: readonly W[]): Shape<W> {
  return scalar(`one of ${words.join(', ')}`, { enum: words }, raw => words.find(word => word === raw), {
    cure: raw => {
      const near = nearest(String(raw), words.map(String));
      return near === undefined ? undefined : `; did you mean '${near}'?`;
    },
  });
}

export function whole(least: number, most: number): Shape<number> {
  return scalar(
    `a whole number from ${least} to ${most}`,
    { type: 'integer', minimum: least, maximum: most },
    raw =>
      typeof raw === 'number' && Number.isInteger(raw) && raw >= least && raw <= most ? raw : undefined,
  );
}

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const SPAN = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/;

/** A duration such as `30s`, as milliseconds. */
export function span(least: string, most: string): Shape<number> {
  const [from, to] = [milliseconds(least) ?? 0, milliseconds(most) ?? 0];
  return scalar(
    `a duration from ${least} to ${most}, such as ${least}`,
    { type: 'string', pattern: SPAN.source },
    raw => {
      const ms = typeof raw === 'string' ? milliseconds(raw) : undefined;
      return ms !== undefined && ms >= from && ms <= to ? ms : undefined;
    },
  );
}

function milliseconds(raw: string): number | undefined {
  const match = SPAN.exec(raw);
  return match === null ? undefined : Number(match[1]) * units[match[2] as keyof typeof units];
}

/** `90000` as `90s`: the largest unit that leaves nothing over. */
export function spanText(ms: number): string {
  const unit = (['d', 'h', 'm', 's'] as const).find(one => ms >= units[one] && ms % units[one] === 0) ?? 'ms';
  return `${ms / units[unit]}${unit}`;
}

/** A path that does not depend on where groundup is started. */
export const path: Shape<string> = scalar(
  "a path that begins with '/' or '~/'",
  { type: 'string', pattern: '^(/|~/)' },
  raw => (isPath(raw) && /^(?:\/|~\/)/.test(raw) ? fromHome(raw) : undefined),
);

/** The same, or a path inside the repository. */
export const pathInside: Shape<string> = scalar(
  "a path: inside the repository, or one that begins with '/' or '~/'",
  { type: 'string' },
  raw => (isPath(raw) ? fromHome(raw) : undefined),
);

function isPath(raw: unknown): raw is string {
  return typeof raw === 'string' && raw !== '' && raw.length <= LONGEST && !UNPRINTABLE.test(raw);
}

function fromHome(path: string): string {
  return path.startsWith('~/') ? join(process.env.HOME ?? homedir(), path.slice(2)) : path;
}

/** An address that nobody on the way can read or change. Credentials belong into its path or query, not before the host. */
export const secureAddress: Shape<string> = scalar(
  'an address that begins with https:// and has no user name in it',
  { type: 'string', pattern: '^https://' },
  raw => {
    if (typeof raw !== 'string' || raw.length > LONGEST || UNPRINTABLE.test(raw)) return undefined;
    const url = URL.canParse(raw) ? new URL(raw) : null;
    return url?.protocol === 'https:' && url.username === '' && url.password === '' ? url.href : undefined;
  },
  { isSecret: true },
);
