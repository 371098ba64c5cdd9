import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FAULTS } from '../../src/simulator/faults/index.ts';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';
import { type Moment, storySvg } from './story.ts';
import { rowsOf, screenSvg } from './svg.ts';

/**
 * Plays one incident on the simulated cluster in real terminals and writes what a person sees, as text, SVG and PNG, and the
 * whole of it as one moving SVG. PNG needs rsvg-convert (Debian: librsvg2-bin) and a monospace font (fonts-jetbrains-mono).
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
/** Words choose some of them: `node test/screenshots/take.ts 80x24 incident`. */
const chosen = process.argv.slice(2);
const isChosen = (name: string): boolean => chosen.length === 0 || chosen.includes(name);
for (const [name, columns, rows, flags] of looks) if (isChosen(name)) await story(name, columns, rows, flags);
if (isChosen('incident')) await movie(100, 30);

async function story(name: string, columns: number, rows: number, flags: readonly string[]): Promise<void> {
  const terminal = demo(columns, rows, flags);
  const wide = columns > 40;
  await terminal.until(wide ? /all eight layers healthy/ : /Apps/);
  await settled(terminal);
  save(terminal, `healthy-${name}`);
  await terminal.press('b', ...toFault('cni-gone'), 'Enter');
  await terminal.until(wide ? /ROOT CAUSE.*CNI.*cilium/ : /CNI.*cilium/i);
  await fallen(terminal, wide);
  save(terminal, `cni-gone-${name}`);
  if (wide) await panes(terminal, name);
  if (wide) await repair(terminal, name);
  if (wide) await past(terminal, name);
  await terminal.press('q');
  await terminal.ended;
}

function demo(columns: number, rows: number, flags: readonly string[]): TestTerminal {
  const args = [join(top, 'bin/groundup.js'), 'demo', '--speed', '10', ...flags];
  return openTerminal(process.execPath, args, { columns, rows, env: { TZ: 'UTC' }, cwd: top });
}

/** The whole tower falls by and by: nodes, pods, DNS, applications. */
async function fallen(terminal: TestTerminal, wide: boolean): Promise<void> {
  await terminal.until(wide ? /Nodes[^\n]*waits/ : /1 . Nodes +0/, 60_000);
  if (wide) await terminal.until(/Service discovery[^\n]*blocked/, 60_000);
  await terminal.until(screen => !/^ broken: /m.test(screen));
  await settled(terminal);
}

/** What the other panes show while the CNI is gone. */
async function panes(terminal: TestTerminal, name: string): Promise<void> {
  await still(terminal, `why-${name}`, ['2', 'w', '+']);
  await still(terminal, `objects-${name}`, ['_', '2', 'o']);
  await still(terminal, `components-${name}`, ['v']);
  await still(terminal, `help-${name}`, ['?']);
  await terminal.press('Esc');
  await terminal.until(screen => !/^.*[╭+] Keys /m.test(screen));
  await still(terminal, `events-${name}`, ['3', 'e']);
  await terminal.press('w');
}

/** The night looked back at: the time line, and the screen as it was when the CNI went. */
async function past(terminal: TestTerminal, name: string): Promise<void> {
  await still(terminal, `history-${name}`, ['Esc', 'h', 'z', 'z', 'z']);
  // To the moment in which the CNI is named: a change at a time, as a person would.
  for (
    let i = 0;
    i < 20 && !/as it was[\s\S]*ROOT CAUSE +CNI[^\n]*does not exist/.test(terminal.screen().join('\n'));
    i++
  )
    await terminal.press('[').then(() => pause(300));
  await still(terminal, `time-line-${name}`, []);
  await terminal.press('Esc');
  await terminal.until(screen => !/ROOT CAUSE/.test(screen));
}

async function still(terminal: TestTerminal, name: string, keys: readonly string[]): Promise<void> {
  await terminal.press(...keys);
  await pause(300);
  await settled(terminal);
  save(terminal, name);
}

/** The incident as one moving picture, each moment with a sentence below. */
async function movie(columns: number, rows: number): Promise<void> {
  const terminal = demo(columns, rows, []);
  const moments: Moment[] = [];
  const shoot = (seconds: number, says: string) =>
    void moments.push({ rows: rowsOf(terminal.emulator), says, seconds });
  await terminal.until(/all eight layers healthy/);
  await settled(terminal);
  shoot(2.5, 'Eight layers, each standing on the one before: all is well.');
  await terminal.press('b', ...toFault('cni-gone'));
  await pause(300);
  shoot(2.5, 'b breaks something in the simulation: the DaemonSet of the CNI is deleted.');
  await terminal.press('Enter');
  await terminal.until(/ROOT CAUSE.*CNI.*cilium/);
  shoot(3.5, 'Seconds later the banner names the object that is missing, and what would bring it back.');
  await fallen(terminal, true);
  shoot(5, 'The tower falls: what stands on the CNI is down or blocked because of it. Why? is on the right.');
  await ask(terminal);
  shoot(5, 'u opens the lock, F shows the exact commands, what they change, and what speaks against it.');
  await pause(400);
  await terminal.press(...'cilium');
  await pause(200);
  shoot(2, 'It can interrupt what runs: the name of the release has to be typed.');
  await terminal.press('Enter');
  await terminal.until(/Upgrading release=cilium/);
  shoot(2.5, 'The log, as it runs. It would go on without this terminal.');
  await terminal.until(/VERIFYING/);
  await pause(300);
  shoot(3, 'The tools are done. It counts as repaired only once the watch has seen the layer healthy.');
  await terminal.until(/REPAIRED/, 60_000);
  shoot(3, 'Repaired, and written down with its log.');
  await terminal.press('w');
  await terminal.until(/all eight layers healthy/, 120_000);
  await settled(terminal);
  shoot(4, 'All is well again.');
  await terminal.press('q');
  await terminal.ended;
  const title = 'groundup: the CNI is deleted, named as the root cause, repaired and seen healthy';
  const svg = storySvg(moments, { cols: columns, title, poster: 3 });
  writeFileSync(join(folder, 'incident.svg'), svg);
  console.log(`incident.svg: ${moments.length} moments, ${Math.round(svg.length / 1024)} KiB`);
}

async function repair(terminal: TestTerminal, name: string): Promise<void> {
  await ask(terminal);
  save(terminal, `confirm-${name}`);
  await pause(400);
  await terminal.press(...'cilium', 'Enter');
  await terminal.until(/Upgrading release=cilium/);
  save(terminal, `recovery-${name}`);
  await terminal.until(/SUCCEEDED/i, 60_000);
  // The word beside the sign goes when all is calm.
  await terminal.until(/Applications[^\n]* [●o] /, 60_000);
  await settled(terminal);
  save(terminal, `recovered-${name}`);
}

/** Unlocks and asks for the repair; a key is pressed only when the screen shows what the one before did. */
async function ask(terminal: TestTerminal): Promise<void> {
  await pause(300);
  await terminal.press('u');
  await terminal.until(/ARMED/);
  await terminal.press('F');
  await terminal.until(/to run it/);
}

/** The keys that go down to a fault in the list of them. */
function toFault(name: string): readonly string[] {
  return Array.from({ length: FAULTS.findIndex(fault => fault.name === name) }, () => 'j');
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
  const made = spawnSync('rsvg-convert', ['-z', '1.2', '-o', `${file}.png`, `${file}.svg`]);
  console.log(`${name}${made.status === 0 ? '' : ' (no PNG: rsvg-convert is missing)'}`);
}

function pause(ms: number): Promise<void> {
  return new Promise(done => setTimeout(done, ms));
}
