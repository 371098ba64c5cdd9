import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const folder = resolve(import.meta.dirname, '../../screenshots');
const files = readdirSync(folder);
const screensIn = (look: string): readonly string[] =>
  files.flatMap(name => (name.endsWith(`-${look}.txt`) ? [name.slice(0, -`-${look}.txt`.length)] : []));
const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8');

describe('the stills', () => {
  test('show every screen wide, narrow and in ASCII, each as text, SVG and PNG', () => {
    const screens = screensIn('120x40');
    expect(screens.length).toBeGreaterThan(10);
    for (const look of ['120x40', '80x24', '80x24-ascii']) {
      expect(screensIn(look)).toEqual(screens);
      for (const screen of screens)
        expect(files).toEqual(
          expect.arrayContaining(['txt', 'svg', 'png'].map(end => `${screen}-${look}.${end}`)),
        );
    }
  });

  test.each(screensIn('80x24-ascii'))('in ASCII have nothing else in %s, and fill 24 rows of 80', screen => {
    const rows = textOf(`${screen}-80x24-ascii.txt`).split('\n').slice(0, -1);
    expect(rows.filter(row => !/^[\x20-\x7e]*$/.test(row))).toEqual([]);
    expect(rows.filter(row => row.length > 80)).toEqual([]);
    expect(rows.length).toBe(24);
    const drawn = textOf(`${screen}-80x24-ascii.svg`);
    expect(drawn).not.toMatch(/[^\n\x20-\x7e]/);
  });

  test.each(screensIn('80x24-ascii'))('in ASCII close their boxes in %s', screen => {
    const rows = textOf(`${screen}-80x24-ascii.txt`).split('\n');
    const inside = rows.filter(row => row.startsWith('| ') && !row.includes('REPAIRING'));
    const edges = rows.filter(row => /^\+ .*-|^\+-/.test(row));
    expect(edges.length % 2).toBe(0);
    for (const row of [...inside, ...edges]) expect([row, row.length, row[0]]).toEqual([row, 80, row.at(-1)]);
  });
});
