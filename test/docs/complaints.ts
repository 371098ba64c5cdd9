import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, resolve } from 'node:path';
import { commands } from '../../src/cli/commands.ts';
import { vocabulary } from '../../src/cli/config-vocabulary.ts';
import { environment } from '../../src/cli/environment.ts';
import { refusedFlags } from '../../src/cli/refused-flags.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { toAscii } from '../../src/text/ascii.ts';
import { bindings } from '../../src/ui/keys.ts';
import { verdictGlyph } from '../../src/ui/theme.ts';
import { commandLines, type Document, readDocument, top } from './document.ts';
import { invocationsIn, objection } from './invocation.ts';

/** What a page names that does not exist: commands, flags, keys, fields, files, scripts, links. */
export function complaintsAbout(page: Document): readonly string[] {
  return [
    ...commandLines(page).flatMap(line => badCalls(line)),
    ...page.spans.flatMap(span => badSpan(span)),
    ...badScripts(page.text),
    ...page.blocks.filter(({ language }) => language === 'yaml').flatMap(({ lines }) => badConfig(lines)),
    ...page.links.flatMap(link => badLink(page, link)),
  ].map(text => `${page.name}: ${text}`);
}

function badCalls(line: string): readonly string[] {
  return invocationsIn(line).flatMap(call => {
    const why = objection(call);
    return why === null ? [] : [`${line}: ${why}`];
  });
}

const flagNames = new Set(Object.values(commands).flatMap(({ flags }) => Object.keys(flags)));
const shortFlags = new Set(
  Object.values(commands).flatMap(({ flags }) =>
    Object.values(flags).flatMap(flag => ('short' in flag ? [flag.short] : [])),
  ),
);
/** Flags of other programs that are spoken of by themselves. */
const foreignFlags = new Set(['readonly']);

function badSpan(span: string): readonly string[] {
  const [first = '', second = ''] = span.split(' ');
  if (first === 'groundup' || (first === 'kubectl' && second === 'groundup'))
    return /^[A-Z]+$/.test(second) ? [] : badCalls(span);
  if (first in commands && second !== '') return badCalls(`groundup ${span}`);
  return [badFlag(first), badKey(span), badFile(span), badVariable(span), badField(span)].filter(
    why => why !== null,
  );
}

function badFlag(word: string): string | null {
  const [, long, short] = /^(?:--([a-z][a-z-]*)|-([a-zA-Z]))$/.exec(word) ?? [];
  if (short !== undefined) return shortFlags.has(short) ? null : `there is no flag ${word}`;
  if (long === undefined || flagNames.has(long) || foreignFlags.has(long)) return null;
  return long in refusedFlags || ['help', 'version'].includes(long) ? null : `there is no flag ${word}`;
}

const signs = Object.values(verdictGlyph).flatMap(glyph => [glyph as string, toAscii(glyph) as string]);
/** Marks of findings and guards, drills and changes; digits choose a layer. */
const knownKeys = new Set<string>([
  ...bindings.flatMap(({ label, keys }) => [label, ...keys]),
  ...signs,
  '✓',
  '▲',
  '←',
  '→',
]);

function badKey(span: string): string | null {
  const isKey =
    [...span].length === 1 || /^(?:Ctrl-\S|Alt-\S|Esc|Enter|Tab|Space|PgUp|PgDn|F\d+)$/.test(span);
  return !isKey || knownKeys.has(span) ? null : `there is no key ${span}`;
}

/** Made by a script of its own, not by the build. */
const madeLater = new Set(['dist/executable/groundup']);

function badFile(span: string): string | null {
  if (!/^(?:src|test|docs|dist|bin|screenshots)\/[\w./-]*$/.test(span) || madeLater.has(span)) return null;
  return existsSync(resolve(top, span)) ? null : `there is no file ${span}`;
}

function badVariable(span: string): string | null {
  const [, name] = /^\$?(GROUNDUP_[A-Z_]+)/.exec(span) ?? [];
  if (name === undefined || environment.some(([names]) => names.split(', ').includes(name))) return null;
  return ['GROUNDUP_CONFIG', 'GROUNDUP_WRITE_MATRIX'].includes(name) ? null : `there is no variable ${name}`;
}

function badField(span: string): string | null {
  return /^[a-z][A-Za-z]*: \S/.test(span) ? (badConfig([span])[0] ?? null) : null;
}

function badConfig(lines: readonly string[]): readonly string[] {
  return parseConfig(`${lines.join('\n')}\n`, vocabulary()).problems.map(
    problem => `${lines[0]}…: ${JSON.stringify(problem)}`,
  );
}

const { scripts } = JSON.parse(readFileSync(resolve(top, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};

function badScripts(text: string): readonly string[] {
  return [...text.matchAll(/npm run ([\w:]+)/g)].flatMap(([, script = '']) =>
    script in scripts ? [] : [`there is no script ${script}`],
  );
}

function badLink(page: Document, link: string): readonly string[] {
  if (/^https:\/\//.test(link)) return [];
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page.name : normalize(join(dirname(page.name), path));
  if (path !== '' && !existsSync(resolve(top, target))) return [`the link ${link} leads nowhere`];
  if (anchor === undefined) return [];
  const other = path === '' ? page : readDocument(target, readFileSync(resolve(top, target), 'utf8'));
  return other.anchors.has(anchor) ? [] : [`the link ${link} leads to no heading of ${target}`];
}
