import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { keyTable } from '../../src/ui/key-table.ts';

const file = resolve(import.meta.dirname, '../../README.md');
const marks = /<!-- keys -->[\s\S]*<!-- \/keys -->/;

/** The README with the keys as the one table has them. */
export function withKeys(readme: string): string {
  return readme.replace(marks, `<!-- keys -->\n## Keys\n\n${keyTable().trim()}\n<!-- /keys -->`);
}

/** `node test/tidy/readme.ts` writes the table into the README; a test holds that it was done. */
if (process.argv[1] === import.meta.filename) writeFileSync(file, withKeys(readFileSync(file, 'utf8')));
