import { build } from 'esbuild';
import { array, assert, constantFrom, integer, property, record, string } from 'fast-check';
import { expect, test } from 'vitest';
import { top } from '../../src/build/bundle-options.ts';
import { changed, quickInk } from '../../src/build/quick-ink.ts';

interface Output {
  readonly write: (x: number, y: number, text: string, options: { readonly transformers: [] }) => void;
  readonly get: () => { readonly output: string };
}
interface Built {
  readonly Output: new (size: { readonly width: number; readonly height: number }) => Output;
  readonly widestLine: (text: string) => number;
}

/** What Ink draws with, as it is published or as it is bundled. */
async function built(isQuick: boolean): Promise<Built> {
  const contents = `export { default as Output } from './node_modules/ink/build/output.js';
export { default as widestLine } from 'widest-line';`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: top },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    plugins: isQuick ? [quickInk] : [],
  });
  return await import(`data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? '')}`);
}

const pieces = constantFrom(
  'plain',
  '\u001b[31mred\u001b[39m',
  '│ box ─',
  '漢字',
  '👩‍🚀',
  'e\u0301',
  ' ',
  '\u200b',
  '\u001b[1m\u001b[32mx\u001b[39m\u001b[22m',
);
const text = array(pieces, { minLength: 1, maxLength: 6 }).map(parts => parts.join(''));
const write = record({ x: integer({ min: 0, max: 30 }), y: integer({ min: 0, max: 6 }), text });

test('frames are the same as those of the published Ink, frame after frame', async () => {
  const [quick, published] = await Promise.all([built(true), built(false)]);
  const draw = ({ Output }: Built, writes: readonly { x: number; y: number; text: string }[]): string => {
    const output = new Output({ width: 40, height: 6 });
    for (const { x, y, text } of writes) output.write(x, y, text, { transformers: [] });
    return output.get().output;
  };
  assert(
    property(array(write, { maxLength: 12 }), writes => {
      expect(draw(quick, writes)).toBe(draw(published, writes));
    }),
    { numRuns: 400 },
  );
  assert(property(string({ unit: 'grapheme' }), any => quick.widestLine(any) === published.widestLine(any)));
});

test('another text than the one that the changes were written for ends the build', () => {
  expect(() => changed('some/file.js', 'class Other {}', [{ from: 'class One {', to: '' }])).toThrow(
    'some/file.js is another one than quick-ink.ts was written for',
  );
});
