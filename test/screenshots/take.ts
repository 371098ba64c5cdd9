import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FAULTS } from '../../src/simulator/faults/index.ts';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';
import { screenSvg } from './svg.ts';

/**
 * Plays one incident on the simulated cluster in real terminals and writes what a person sees, as text, SVG and PNG.
 * PNG needs rsvg-convert (Debian: librsvg2-bin) and a monospace font (fonts-jetbrains-mono).
 */
const top = resolve(import.meta.dirname, '../..');
const folder = join(top, 'screenshots');
mkdirSync(folder, { recursive: true });

const looks: readonly (readonly [string, number, number, readonly string[]])[] = [
  ['120x40', 120, 40, []],
  ['80x24', 80, 24, []],
  ['40x12', 40, 12, []],
  ['80x24-ascii', 80, 24, ['--ascii', '--no-color']],
];
for (const [name, columns, rows, flags] of looks) await story(name, columns, rows, flags);

async function story(name: string, columns: number, rows: number, flags: readonly string[]): Promise<void> {
  const terminal = openTerminal(
    process.execPath,
    [join(top, 'bin/groundup.js'), 'demo', '--speed', '10', ...flags],
    {
      columns,
      rows,
      env: { TZ: 'UTC' },
      cwd: top,
    },
  );
  const wide = columns > 40;
  await terminal.until(wide ? /all eight layers healthy/ : /Apps/);
  await terminal.until(screen => !/^ (broken|undone): /m.test(screen));
  await settled(terminal);
  save(terminal, `healthy-${name}`);
  await breakFault(terminal, 'cni-gone');
  await terminal.until(wide ? /ROOT CAUSE.*CNI.*cilium/ : /CNI.*cilium/i);
  // The whole tower falls by and by: nodes, pods, DNS, applications.
  await terminal.until(wide ? /Nodes[^\n]*waits/ : /1 . Nodes +0/, 60_000);
  await terminal.until(screen => !/^ broken: /m.test(screen));
  await settled(terminal);
  save(terminal, `cni-gone-${name}`);
  if (wide) await repair(terminal, name);
  await terminal.press('q');
  await terminal.ended;
}

async function repair(terminal: TestTerminal, name: string): Promise<void> {
  await terminal.press('u', 'F');
  await terminal.until(/to run it/);
  save(terminal, `confirm-${name}`);
  await pause(400);
  await terminal.press(...'cilium', 'Enter');
  await terminal.until(/Upgrading release=cilium/);
  await pause(700);
  save(terminal, `recovery-${name}`);
  await terminal.until(/SUCCEEDED/i, 60_000);
  await terminal.until(/Applications[^\n]*healthy|all eight/i, 60_000);
  await settled(terminal);
  save(terminal, `recovered-${name}`);
}

async function breakFault(terminal: TestTerminal, name: string): Promise<void> {
  const at = FAULTS.findIndex(fault => fault.name === name);
  await terminal.press('b', ...Array.from({ length: at }, () => 'j'), 'Enter');
}

/** A moment in which nothing was drawn, so that no half-drawn frame is kept. */
async function settled(terminal: TestTerminal): Promise<void> {
  for (let i = 0, before = -1; i < 20 && before !== terminal.bytes(); i++) {
    before = terminal.bytes();
    await pause(300);
  }
}

function save(terminal: TestTerminal, name: string): void {
  const file = join(folder, name);
  writeFileSync(
    `${file}.txt`,
    `${terminal
      .screen()
      .map(row => row.trimEnd())
      .join('\n')}\n`,
  );
  writeFileSync(`${file}.svg`, screenSvg(terminal.emulator, `groundup: ${name}`));
  const made = spawnSync('rsvg-convert', ['-z', '1.5', '-o', `${file}.png`, `${file}.svg`]);
  console.log(`${name}${made.status === 0 ? '' : ' (no PNG: rsvg-convert is missing)'}`);
}

function pause(ms: number): Promise<void> {
  return new Promise(done => setTimeout(done, ms));
}
