import type { LayerView } from '../diagnosis/diagnosis.ts';
import type { Moment, Picture } from '../store/moments.ts';
import type { Difference, RecordLine } from './record.ts';

/** Changes after which the whole is written again: a reader that lost a line is right again from there. */
const KEY_EVERY = 50;

/** Turns moments into lines that say only what changed. */
export interface Encoder {
  /** The next frame is a whole one. */
  readonly restart: () => void;
  readonly encode: (moment: Moment) => RecordLine;
}

export function encoder(): Encoder {
  let last: Picture | null = null;
  let since = 0;
  return {
    restart: () => {
      last = null;
    },
    encode: ({ at, picture }) => {
      const before = last;
      last = picture;
      since = before === null || since >= KEY_EVERY ? 0 : since + 1;
      if (before === null || since === 0) return { record: 'key', at, picture };
      return { record: 'change', at, set: difference(before, picture) };
    },
  };
}

/** Pictures share what did not change, so that identity tells. */
function difference(before: Picture, { diagnosis, api, fix }: Picture): Difference {
  const old = before.diagnosis;
  const layers: readonly LayerView[] = diagnosis.layers.filter((layer, i) => layer !== old.layers[i]);
  return {
    ...(old.cluster.uid === diagnosis.cluster.uid && old.cluster.version === diagnosis.cluster.version
      ? {}
      : { cluster: diagnosis.cluster }),
    ...(old.verdict === diagnosis.verdict ? {} : { verdict: diagnosis.verdict }),
    ...(old.root === diagnosis.root ? {} : { root: diagnosis.root }),
    ...(old.otherRoots === diagnosis.otherRoots ? {} : { otherRoots: diagnosis.otherRoots }),
    ...(old.components === diagnosis.components ? {} : { components: diagnosis.components }),
    ...(layers.length === 0 ? {} : { layers }),
    ...(before.api === api ? {} : { api }),
    ...(before.fix === fix ? {} : { fix }),
  };
}

/** The line as it is written: every text in it without secrets. */
export function lineText(line: RecordLine, redact: (raw: string) => string): string {
  return `${JSON.stringify(line, (_, value: unknown) => (typeof value === 'string' ? redact(value) : value))}\n`;
}
