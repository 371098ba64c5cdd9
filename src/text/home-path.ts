import { homedir } from 'node:os';
import { field } from './field.ts';
import type { Safe } from './safe.ts';

/** A path as people write it: what lies in the home folder begins with `~`. For reading, not for opening. */
export function homePath(path: string, home: string = process.env.HOME ?? homedir()): Safe {
  const folder = home.replace(/\/+$/, '');
  const isWithin = folder !== '' && path.startsWith(`${folder}/`);
  return field(isWithin ? `~${path.slice(folder.length)}` : path);
}
