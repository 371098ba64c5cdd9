import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { exitCodes } from '../../src/cli/exit-codes.ts';
import { withKeys } from './readme.ts';

const top = resolve(import.meta.dirname, '../..');
const readme = readFileSync(resolve(top, 'README.md'), 'utf8');

describe('the README', () => {
  it('has the keys as the one table has them (write it with: node test/tidy/readme.ts)', () => {
    expect(readme).toBe(withKeys(readme));
  });

  it('names every command', () => {
    for (const name of Object.keys(commands)) {
      expect(readme).toContain(name === 'monitor' ? '`groundup`' : `\`groundup ${name}\``);
    }
  });

  it('tells the exit codes of a look', () => {
    for (const code of [
      exitCodes.healthy,
      exitCodes.degraded,
      exitCodes.down,
      exitCodes.unknown,
      exitCodes.usage,
    ]) {
      expect(readme).toContain(`| ${code} |`);
    }
  });
});
