import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/** One place of a dependency that is written anew: exactly this text, found once. */
interface Change {
  readonly from: string;
  readonly to: string;
}

/** More lines than two large screens hold; what was looked at before them is forgotten all at once. */
const MOST_LINES = 400;

/**
 * Ink works out the width and the cells of every line for every frame, though all but a few are as they were in the
 * frame before: two thirds of what a key press costs. Here it remembers them from frame to frame, and shares one blank
 * cell. What is drawn stays the same; without this build (tests of components, development) Ink is as it was published.
 */
const changes: Readonly<Record<string, readonly Change[]>> = {
  'ink/build/output.js': [
    {
      from: 'export default class Output {',
      to: `
const blankOne = { type: 'char', value: ' ', fullWidth: false, styles: [] };
let kept = new OutputCaches();
const keptCaches = () => {
  if (kept.styledChars.size > ${MOST_LINES} || kept.widths.size > ${4 * MOST_LINES}) kept = new OutputCaches();
  return kept;
};
export default class Output {`,
    },
    { from: 'caches = new OutputCaches();\n    width', to: 'caches = keptCaches();\n    width' },
    {
      from: `row.push({
                    type: 'char',
                    value: ' ',
                    fullWidth: false,
                    styles: [],
                });`,
      to: 'row.push(blankOne);',
    },
  ],
  'widest-line/index.js': [
    {
      from: 'export default function widestLine(string) {',
      to: `
const known = new Map();
export default function widestLine(string) {
  const width = known.get(string);
  if (width !== undefined) return width;
  if (known.size > ${MOST_LINES}) known.clear();
  const found = lookedAt(string);
  known.set(string, found);
  return found;
}
function lookedAt(string) {`,
    },
  ],
};

/** The dependency's text with the changes; throws when it is not the text that they were written for. */
export function changed(path: string, text: string, all: readonly Change[]): string {
  return all.reduce((now, { from, to }) => {
    if (now.split(from).length !== 2)
      throw new Error(`${path} is another one than quick-ink.ts was written for`);
    return now.replace(from, () => to);
  }, text);
}

export const quickInk: Plugin = {
  name: 'quick-ink',
  setup({ onLoad }) {
    for (const [path, all] of Object.entries(changes)) {
      const filter = new RegExp(`/node_modules/${path.replaceAll('.', '\\.')}$`);
      onLoad({ filter }, ({ path: file }) => ({ contents: changed(path, readFileSync(file, 'utf8'), all) }));
    }
  },
};
