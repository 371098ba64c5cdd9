import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { ceiling, edgeOf, mayImport } from './rooms.ts';

/** Holds the house in shape: import direction, one importing room per edge library, file sizes. Part of `npm run lint`. */
const top = resolve(import.meta.dirname, '../..');
const complaints: string[] = [];

for (const file of globSync('src/**/*.{ts,tsx}', { cwd: top }).sort()) {
  const source = readFileSync(join(top, file), 'utf8');
  const room = file.split('/')[1] ?? '';
  const lines = source.split('\n').length;
  if (file.split('/').length < 3) complaints.push(`${file}: belongs in a room, not directly under src/`);
  if (lines > ceiling) complaints.push(`${file}: ${lines} lines, more than ${ceiling}: split it by meaning`);
  for (const target of imports(source)) check(file, room, target);
}

if (complaints.length > 0) {
  console.error(complaints.join('\n'));
  process.exit(1);
}
console.log('the house is in shape');

function imports(source: string): string[] {
  const found = source.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s*'([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)import '([^']+)'/g,
  );
  return [...found].flatMap(match => match[1] ?? match[2] ?? match[3] ?? []);
}

function check(file: string, room: string, target: string): void {
  if (target.startsWith('.')) {
    const other = relative(join(top, 'src'), resolve(join(top, dirname(file)), target)).split('/')[0] ?? '';
    if (other !== room && !(mayImport[room] ?? []).includes(other))
      complaints.push(`${file}: ${room} may not import from ${other} (${target})`);
    return;
  }
  const library = target.startsWith('@')
    ? target.split('/').slice(0, 2).join('/')
    : (target.split('/')[0] ?? '');
  const owner = edgeOf[library];
  if (owner !== undefined && owner !== room && !(library === 'zustand' && room === 'ui')) {
    complaints.push(`${file}: ${library} is imported in src/${owner} only`);
  }
}
