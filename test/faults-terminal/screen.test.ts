import { readlinkSync } from 'node:fs';
import { expect } from 'vitest';
import { runCommand } from '../e2e/program.ts';
import { isFull, pause, rowTest, seconds } from './support/row-test.ts';
import { isWhole, theatre } from './support/theatre.ts';

const { api, sandbox, monitor } = theatre();

rowTest('T2', {}, async measured => {
  const terminal = await monitor();
  await terminal.press('5');
  await terminal.until(/▸5 Service/);
  const stallMs = isFull ? 60_000 : 4_000;
  terminal.stall();
  const from = performance.now();
  // Whole frames, until more waits than a terminal may owe; then keys that nobody can mean.
  for (let i = 0; i < 60; i++) await terminal.press('Ctrl-L');
  await pause(1_000);
  await terminal.press('3', 'o', '+', 'q', 'q');
  cordon(true);
  await pause(Math.max(0, stallMs - (performance.now() - from)));
  const sent = terminal.bytes();
  terminal.read();
  await terminal.until(screen => isWholeTower(screen) && /cordoned/.test(screen), 15_000);
  expect(terminal.screen().join('\n')).toMatch(/▸5 Service[\s\S]*\[Why\]|\[Why\][\s\S]*▸5 Service/);
  measured(
    `${seconds(stallMs)} of stall, ${Math.round((terminal.bytes() - sent) / 1024)} KiB when it read again`,
  );
  cordon(false);
  await pause(400);
  await terminal.press(':', ...'internals', 'Enter');
  const page = await terminal.until(/blocked +\d+ ms lately/);
  const longest = Number(/longest (\d+) ms/.exec(page)?.[1] ?? 0);
  const dropped = Number(/(\d+) dropped/.exec(page)?.[1]);
  // The machine of the test may itself stand still for a while; the loop must not stand as long as the terminal did.
  expect(longest).toBeLessThan(stallMs / 3);
  measured(`loop held up for ${longest} ms at most, ${dropped} frames dropped`);
});

rowTest('T7', {}, async measured => {
  const terminal = await monitor();
  const tty = readlinkSync(`/proc/${terminal.pid}/fd/0`);
  const odd = [
    [1, 1],
    [500, 200],
    [20, 5],
    [80, 24],
    [119, 39],
    [2, 60],
    [200, 1],
  ] as const;
  const times = isFull ? 2_000 : 200;
  const from = performance.now();
  for (let i = 0; i < times; i++) {
    const [columns, rows] = odd[i % odd.length] ?? [80, 24];
    terminal.resize(columns, rows);
    if (i % 20 === 19) await pause(100);
  }
  const rate = times / ((performance.now() - from) / 1_000);
  const zero = await runCommand(sandbox(), 'stty', ['-F', tty, 'cols', '0', 'rows', '0']);
  expect(zero.code).toBe(0);
  terminal.resize(119, 40);
  terminal.resize(120, 40);
  const stood = performance.now();
  await terminal.until(isWhole, 10_000);
  measured(`${times} sizes, ${Math.round(rate)} a second; whole after ${seconds(performance.now() - stood)}`);
  expect(terminal.screen()).toHaveLength(40);
});

/** A change that the watch must bring while the terminal stands. */
function cordon(isCordoned: boolean): void {
  api().cluster.world.update('/nodes', undefined, 'k8s-2', draft => {
    draft.spec.unschedulable = isCordoned;
  });
}

function isWholeTower(screen: string): boolean {
  return /0 API server/.test(screen) && /7 Applications/.test(screen);
}
