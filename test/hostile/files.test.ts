import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { openDebugLog } from '../../src/cli/debug-log.ts';
import { commandLine } from '../../src/store/select/command-line.ts';
import { field } from '../../src/text/field.ts';
import { program, run } from '../e2e/program.ts';
import { isFull, rowTest } from '../faults-terminal/support/row-test.ts';
import { healthy, theatre } from '../faults-terminal/support/theatre.ts';
import { openTerminal } from '../support/terminal.ts';
import { hostileText } from '../text/hostile-text.ts';

const { sandbox, there, open } = theatre();

rowTest('S9', { what: 'umask 000' }, async measured => {
  const home = join(sandbox().folder, 'home');
  const log = join(home, 'debug.log');
  const line = `umask 000; exec ${process.execPath} ${program} ${there().join(' ')} --debug-log ${log}`;
  const terminal = openTerminal('/bin/sh', ['-c', line], { cwd: sandbox().folder, env: sandbox().env });
  await terminal.until(healthy);
  await terminal.press('q');
  await terminal.ended;
  const ours = everything(home).filter(path => !path.includes('/.cache/'));
  expect(ours).toContain(log);
  for (const path of ours) expect([path, lstatSync(path).mode & 0o077]).toEqual([path, 0]);
  const cache = join(home, '.cache/groundup');
  if (existsSync(cache)) expect(statSync(cache).mode & 0o077).toBe(0);
  measured(`${ours.length} files and folders, all for their owner alone`);
});

rowTest('S9', { what: 'links and sizes of the debug log' }, measured => {
  const { folder } = sandbox();
  writeFileSync(join(folder, 'victim'), 'untouched');
  symlinkSync(join(folder, 'victim'), join(folder, 'link.log'));
  for (const path of ['link.log', '.', 'nowhere/debug.log'])
    expect(() => openDebugLog(join(folder, path), () => [])).toThrow(/^--debug-log cannot write/);
  expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('untouched');
  const path = join(folder, 'bounded.log');
  const log = openDebugLog(path, () => [], 10_000);
  for (let i = 0; i < 1_000; i++) log.write('health', { i, text: 'x'.repeat(50) });
  log.close();
  expect(
    readdirSync(folder)
      .filter(name => name.startsWith('bounded'))
      .sort(),
  ).toEqual(['bounded.log', 'bounded.log.1']);
  for (const one of [path, `${path}.1`]) {
    expect(statSync(one).size).toBeLessThanOrEqual(10_000);
    expect(statSync(one).mode & 0o777).toBe(0o600);
  }
  measured('3 of 3 refused; at most two files of the size that is allowed');
});

rowTest('S9', { what: 'a debug log that cannot be written' }, async measured => {
  const ended = await run(sandbox(), [
    'demo',
    '--debug-log',
    join(sandbox().folder, 'no/such/debug.log'),
    '--list',
  ]);
  expect(ended.code).toBe(0);
  const terminal = open([...there(), '--debug-log', join(sandbox().folder, 'no/such/debug.log')]);
  expect((await terminal.ended).code).toBe(64);
  expect(terminal.raw()).toMatch(/^groundup: --debug-log cannot write '[^\n]*': its folder does not exist/);
  measured('one sentence');
});

rowTest('S10', { skip: process.platform !== 'linux' && '/proc is of Linux' }, async measured => {
  const terminal = open(there());
  await terminal.until(healthy);
  const sockets = readdirSync(`/proc/${terminal.pid}/fd`).flatMap(fd => {
    try {
      const { ino } = statSync(`/proc/${terminal.pid}/fd/${fd}`);
      return [String(ino)];
    } catch {
      return [];
    }
  });
  const listening = ['tcp', 'tcp6'].flatMap(table =>
    readFileSync(`/proc/net/${table}`, 'utf8')
      .split('\n')
      .map(row => row.trim().split(/\s+/))
      .filter(row => row[3] === '0A' && sockets.includes(row[9] ?? '')),
  );
  expect(listening).toEqual([]);
  expect(sockets.length).toBeGreaterThan(3);
  measured('0 of its sockets listen');
});

rowTest('S7', { what: 'copied lines mean the same to a shell' }, measured => {
  const runs = isFull ? 400 : 8;
  let words = 0;
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          hostileText(),
          fc.string(),
          fc.constantFrom('; rm -rf /', '$(id)', '`id`', "it's", '--all', '', '\\', '"'),
        ),
        { minLength: 1, maxLength: 6 },
      ),
      raw => {
        const args = raw.map(word => field(word));
        words += args.length;
        const line = commandLine({
          ...{ kind: 'tool', title: field('x'), tool: 'kubectl', cwd: '/', env: {}, deadlineMs: 1 },
          args,
        });
        const out = execFileSync('/bin/sh', [
          '-c',
          `kubectl() { for word; do printf '%s\\0' "$word"; done; }; ${line}`,
        ]);
        expect(out.toString('utf8').split('\0').slice(0, -1)).toEqual(args);
      },
    ),
    { numRuns: runs },
  );
  measured(`${words} words in ${runs} lines: byte for byte`);
});

function everything(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(name => join(folder, name));
}
