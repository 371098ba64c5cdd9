import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import xterm from '@xterm/headless';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fixture, type InPty, inPty, isAlive } from './in-pty.ts';

let folder: string;
let program: InPty | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stalled-'));
});

afterEach(() => {
  if (program && isAlive(program.pty.pid)) program.pty.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

async function rowsOf(output: string): Promise<readonly string[]> {
  const terminal = new xterm.Terminal({ cols: 80, rows: 24, allowProposedApi: true });
  await new Promise<void>(done => terminal.write(output, done));
  const { active } = terminal.buffer;
  return Array.from(
    { length: 24 },
    (_, i) => active.getLine(active.baseY + i)?.translateToString(true) ?? '',
  );
}

it('never stops the process and is repainted whole when it reads again', async () => {
  const report = join(folder, 'report.json');
  program = inPty(process.execPath, [fixture('ink-counter.ts'), report]);
  const { pty, output, until } = program;
  await until(/row 23 0/);
  pty.pause();
  const paused = performance.now();
  await expect.poll(() => performance.now() - paused, { timeout: 5000 }).toBeGreaterThan(3000);
  pty.resume();
  await expect.poll(() => performance.now() - paused, { timeout: 5000 }).toBeGreaterThan(4000);
  process.kill(pty.pid, 'SIGUSR2');

  const lastScreen = Array.from({ length: 24 }, (_, i) => `row ${i} ${i < 4 ? 'late' : -1}`.padEnd(80, '.'));
  await expect.poll(() => rowsOf(output()), { timeout: 8000, interval: 100 }).toEqual(lastScreen);
  const { longest, dropped, isBehind } = JSON.parse(readFileSync(report, 'utf8'));
  expect(dropped).toBeGreaterThan(0);
  expect(isBehind).toBe(false);
  expect(longest).toBeLessThan(1000);
  expect(output()).not.toContain('\x1b[?2026');
});
