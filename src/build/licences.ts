import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The licence texts of every package whose files are in the bundle, in one text that ships beside it. */
export function licences(inputs: readonly string[], top: string): string {
  const folders = new Set(inputs.flatMap(input => packageFolder(input) ?? []));
  const texts = [...folders].sort().map(folder => section(join(top, folder)));
  return `groundup contains the following packages.\n\n${texts.join('\n\n')}\n`;
}

function packageFolder(input: string): string | undefined {
  return /^((?:.*?node_modules\/)+(?:@[^/]+\/)?[^/]+)/.exec(input)?.[1];
}

function section(folder: string): string {
  const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license?: string;
  };
  const file = existsSync(folder)
    ? readdirSync(folder).find(name => /^(licen[cs]e|copying)/i.test(name))
    : undefined;
  const text =
    file === undefined ? '(no licence file in the package)' : readFileSync(join(folder, file), 'utf8').trim();
  return `## ${about.name} ${about.version} (${about.license ?? 'see text'})\n\n${text}`;
}
