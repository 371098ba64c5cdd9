import { existsSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';
import type { SizeName } from './large-world.ts';
import { sizes } from './large-world.ts';
import type { Served } from './served.ts';

/** A terminal program that is measured, and how its screen is read. */
export interface Program {
  readonly name: 'groundup' | 'k9s';
  readonly open: (served: Served, flags?: readonly string[]) => TestTerminal;
  readonly first: RegExp;
  /** The useful screen. */
  readonly ready: (size: SizeName) => RegExp;
}

const top = resolve(import.meta.dirname, '../..');

/** As `bin/groundup.js` starts itself, by its first line, with the Node that runs this. */
export function groundup(): Program {
  const file = join(top, 'bin/groundup.js');
  const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`;
  return {
    name: 'groundup',
    open: ({ env }, given = []) => openTerminal(file, given, { env: { ...env, PATH: path } }),
    first: /groundup/,
    ready: () => /all eight layers healthy|ROOT CAUSE/,
  };
}

/** Null when it is not on PATH. */
export function k9s(): Program | null {
  const file = (process.env.PATH ?? '').split(delimiter).map(folder => join(folder, 'k9s'));
  const command = file.find(existsSync);
  if (command === undefined) return null;
  const args = ['-c', 'pods', '-A', '--headless', '--logoless', '--splashless'];
  return {
    name: 'k9s',
    open: ({ env }) => openTerminal(command, args, { env }),
    first: /\S/,
    ready: size =>
      new RegExp(`pods\\(all\\)\\[${sizes[size].pods.toLocaleString('en').replace(',', ',?')}\\]`),
  };
}
