import { globSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { complaintsAbout } from './complaints.ts';
import { allDocuments, readDocument, top } from './document.ts';

const documents = allDocuments();
const read = (name: string): string => readFileSync(resolve(top, name), 'utf8');

describe('what users read', () => {
  it.each(documents.map(page => [page.name, page] as const))(
    '%s names nothing that does not exist',
    (_, page) => {
      expect(complaintsAbout(page)).toEqual([]);
    },
  );

  it('can be reached from the README', () => {
    const linked = documents.find(({ name }) => name === 'README.md')?.links ?? [];
    for (const name of globSync('docs/*.md', { cwd: top })) expect(linked).toContain(name);
  });

  it('has every room of the house on the map', () => {
    const map = read('docs/architecture.md');
    for (const room of readdirSync(resolve(top, 'src'))) expect(map).toContain(`| \`src/${room}\` |`);
  });

  it('shows in the tutorial only what stands in the pictures, numbers aside', () => {
    const plain = (line: string): string =>
      line.replaceAll(/[│▸]/g, ' ').replaceAll(/\d+/g, '0').replaceAll(/\s+/g, ' ').trim();
    const stills = globSync('screenshots/*-80x24.txt', { cwd: top })
      .map(name => plain(read(name)))
      .join(' ');
    const shown = documents.find(({ name }) => name === 'docs/first-incident.md')?.blocks ?? [];
    const lines = shown.filter(({ language }) => language === 'text').flatMap(block => block.lines);
    expect(lines.length).toBeGreaterThan(20);
    for (const line of lines) expect(stills).toContain(plain(line));
  });
});

describe('the test of it', () => {
  it.each([
    [
      'an unknown flag in a shell block',
      '```sh\ngroundup check --evrything\n```',
      /unknown flag --evrything/,
    ],
    ['a flag of another command', '```sh\nnpx groundup runs --probe\n```', /unknown flag --probe/],
    ['a value that is not allowed', '```sh\ngroundup check -o xml | cat\n```', /--output cannot be 'xml'/],
    ['an unknown command', 'Try `groundup chekc`.', /no command chekc/],
    ['an unknown flag in a sentence', 'Say `--evrything`.', /no flag --evrything/],
    ['an unknown flag of a command', 'Say `check --evrything`.', /unknown flag --evrything/],
    [
      'a scenario that is not there',
      '```sh\ngroundup demo --scenario moon-gone\n```',
      /no scenario moon-gone/,
    ],
    ['a drill that is not there', '```sh\ngroundup drill --demo moon-gone\n```', /no drill moon-gone/],
    ['an action that is not there', '```sh\ngroundup heal --action moon\n```', /no action moon/],
    ['an unknown key', 'Press `Ctrl-Q`.', /no key Ctrl-Q/],
    ['an unknown field', '```yaml\nthme: light\n```', /thme/],
    ['an unknown value of a field', 'Write `theme: lihgt`.', /lihgt/],
    ['a file that is not there', 'See `src/nowhere.ts`.', /no file src\/nowhere.ts/],
    ['a script that is not there', 'Do `npm run nothing`.', /no script nothing/],
    ['a variable that is not there', 'Set `GROUNDUP_MOON`.', /no variable GROUNDUP_MOON/],
    ['a dead link', 'See [this](nowhere.md).', /nowhere.md leads nowhere/],
    ['a dead anchor', 'See [this](faq.md#the-moon).', /leads to no heading of docs\/faq.md/],
    ['a dead anchor of its own', '# Here\n\nSee [this](#there).', /leads to no heading/],
  ])('notices %s', (_, text, complaint) => {
    const [first, ...more] = complaintsAbout(readDocument('docs/made-up.md', `${text}\n`));
    expect(first).toMatch(complaint);
    expect(more).toEqual([]);
  });
});
