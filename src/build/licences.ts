import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BundledPackage } from './bundled-packages.ts';

/** The licence texts of every package whose files are in the bundle, in one text that ships beside it. */
export function licences(packages: readonly BundledPackage[], top: string): string {
  const texts = packages.map(about => section(about, join(top, about.folder)));
  return `groundup contains the following packages.\n\n${texts.join('\n\n')}\n`;
}

function section({ name, version, license }: BundledPackage, folder: string): string {
  const file = readdirSync(folder).find(entry => /^(licen[cs]e|copying)/i.test(entry));
  const text =
    file === undefined ? '(no licence file in the package)' : readFileSync(join(folder, file), 'utf8').trim();
  return `## ${name} ${version} (${license ?? 'see text'})\n\n${text}`;
}
