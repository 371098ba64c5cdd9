import { readFileSync } from 'node:fs';

/** One hostile text with what the sanitiser must make of it; null where only `mustNotContain` and the cap count. */
export type Hostile = {
  readonly name: string;
  readonly input: string;
  readonly mustNotContain: readonly string[];
  readonly expectField: string | null;
  readonly expectLog: string | null;
  readonly benign?: boolean;
  readonly needsReset?: boolean;
  readonly bytesHex?: string;
  readonly chunksHex?: readonly string[];
  readonly fieldMustNotContain?: readonly string[];
  readonly fieldMustNotStartWithMark?: boolean;
};

type Stored = Hostile & {
  readonly build?: {
    readonly prefix: string;
    readonly unit: string;
    readonly count: number;
    readonly suffix: string;
  };
};

/** The whole corpus, with the texts that are too long to store written out. */
export function corpus(): readonly Hostile[] {
  const file = new URL('hostile-strings.json', import.meta.url);
  const stored = JSON.parse(readFileSync(file, 'utf8')) as Stored[];
  return stored.map(({ build, ...entry }) =>
    build ? { ...entry, input: build.prefix + build.unit.repeat(build.count) + build.suffix } : entry,
  );
}
