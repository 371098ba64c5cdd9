import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import { eventually, program, run } from '../e2e/program.ts';
import { openTerminal } from '../support/terminal.ts';
import { isFull, rowTest, seconds } from './support/row-test.ts';
import { healthy, isWhole, theatre } from './support/theatre.ts';

const { sandbox, there, open, monitor } = theatre();

rowTest('T8', {}, async measured => {
  const ended = await run(sandbox(), there());
  expect(ended.code).toBe(64);
  expect(ended.err).toMatch(
    /^groundup: the monitor needs a terminal; without one, use: groundup check\. [^\n]*\n$/,
  );
  measured(`one sentence after ${seconds(ended.ms)}`);
});

rowTest('T9', {}, async measured => {
  const ended = await run(sandbox(), ['check', ...there()], { stopReading: true });
  expect([0, 1, 2, 3]).toContain(ended.code);
  expect(ended.err).toBe('');
  const whole = await run(sandbox(), ['check', ...there()]);
  expect(whole.out).not.toContain('\x1b');
  measured(
    `closed: ended after ${seconds(ended.ms)}, as fast as one that is read (${seconds(whole.ms)}); 0 escapes in a pipe`,
  );
});

const profiles: readonly (readonly [string, Readonly<Record<string, string>>, boolean, boolean])[] = [
  ['xterm-256color', {}, true, true],
  ['screen', {}, true, true],
  ['tmux-256color', {}, true, true],
  ['linux', {}, false, true],
  ['vt100', {}, true, false],
  ['xterm-256color', { LANG: 'C' }, false, true],
  ['xterm-256color', { NO_COLOR: '1' }, true, false],
];

rowTest('T11', { withinMs: 120_000 }, async measured => {
  // The others are told apart by `capabilities.test.ts` as well; each costs a start.
  const tried = profiles.filter(([TERM]) => isFull || TERM === 'linux' || TERM === 'vt100');
  for (const [TERM, more, isUnicode, isColoured] of tried) {
    const terminal = await monitor([], { env: { TERM, ...more } });
    const screen = terminal.screen().join('\n');
    expect(screen).toMatch(/read-only/);
    expect(/[^\x20-\x7e\n]/.test(screen), `${TERM} ${JSON.stringify(more)}`).toBe(isUnicode);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape is what is looked for
    expect(/\x1b\[(?:3[0-7]|9[0-7])m/.test(terminal.raw()), TERM).toBe(isColoured);
    await terminal.press('q');
    expect((await terminal.ended).code).toBe(0);
  }
  const dumb = open(there(), { env: { TERM: 'dumb' } });
  expect((await dumb.ended).code).toBe(64);
  measured(`${tried.length} profiles, and one sentence for TERM=dumb`);
});

const hasTmux = spawnSync('tmux', ['-V']).status === 0;
rowTest('T15', { skip: !hasTmux && 'there is no tmux on PATH', withinMs: 90_000 }, async measured => {
  const socket = `${sandbox().folder}/tmux.sock`;
  const inside = `${process.execPath} ${program} ${there().join(' ')}`;
  const args = ['-u', '-S', socket, '-f', '/dev/null', 'new-session', inside];
  const terminal = openTerminal('tmux', args, { rows: 41, env: sandbox().env });
  await terminal.until(isWhole, 30_000);
  terminal.resize(80, 25);
  await terminal.until(screen => healthy.test(screen) && !/╮╭/.test(screen));
  terminal.resize(120, 41);
  await terminal.until(isWhole);
  spawnSync('tmux', ['-S', socket, 'kill-server']);
  await terminal.ended;
  await eventually('nothing is left', sandbox().running, left => left.length === 0, 6_000);
  measured('whole at 120x40, resized, gone with its session');
});
