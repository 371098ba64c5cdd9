import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { eventually, program } from '../e2e/program.ts';
import { openTerminal } from '../support/terminal.ts';
import { isFull, rowTest, seconds } from './support/row-test.ts';
import { expectGivenBack, healthy, isAlive, isWhole, settings, theatre } from './support/theatre.ts';

const { sandbox, shell, there, monitor } = theatre();

rowTest('T1', { what: 'SIGHUP' }, async measured => {
  const log = join(sandbox().folder, 'debug.log');
  const terminal = await monitor(['--debug-log', log]);
  const from = performance.now();
  terminal.hangUp();
  await eventually(
    'the process is gone',
    () => isAlive(terminal.pid),
    alive => !alive,
    6_000,
  );
  measured(`${seconds(performance.now() - from)} to its end`);
  expect(lastLine(log)).toMatchObject({ kind: 'end', code: 129 });
  await eventually('no orphan', sandbox().running, left => left.length === 0);
});

rowTest(
  'T1',
  { what: 'no signal', skip: process.platform !== 'linux' && 'setsid is of Linux' },
  async measured => {
    const log = join(sandbox().folder, 'debug.log');
    const command = [process.execPath, program, ...there(), '--debug-log', log];
    const env = sandbox().env;
    const terminal = openTerminal('setsid', ['--wait', ...command], { cwd: sandbox().folder, env });
    await terminal.until(healthy);
    const from = performance.now();
    terminal.hangUp();
    await eventually('no orphan', sandbox().running, left => left.length === 0, 6_000);
    measured(seconds(performance.now() - from));
    expect(lastLine(log)).toMatchObject({ kind: 'end', code: 129 });
  },
);

const signals = { SIGTERM: 143, SIGINT: 130, SIGQUIT: 131, SIGHUP: 129 } as const;
const rounds = isFull ? 50 : 1;

rowTest('T4', { withinMs: 90_000 }, async measured => {
  const bash = await shell();
  await bash.run('stty -ixon quit undef < /dev/tty');
  const before = await settings(bash);
  for (let i = 0; i < rounds; i++) {
    for (const [signal, code] of Object.entries(signals)) {
      const pid = await bash.monitor();
      process.kill(pid, signal);
      await eventually(
        'its end',
        () => isAlive(pid),
        alive => !alive,
      );
      expect(await bash.run('echo code $?')).toBe(`code ${code}\n`);
      expect(await settings(bash)).toBe(before);
      await expectGivenBack(bash.terminal);
      await bash.clear();
    }
  }
  measured(`${rounds} of ${rounds} for each of the four`);
});

const OOM = "process.once('SIGUSR2',()=>{const all=[];for(;;)all.push(new Array(1e5).fill(Math.random()))})";
const oom = `'NODE_OPTIONS=--max-old-space-size=96 --import=data:text/javascript,${encodeURIComponent(OOM).replaceAll("'", '%27')}'`;
const deaths: readonly (readonly [string, NodeJS.Signals, string, number])[] = [
  ['SIGKILL', 'SIGKILL', '', isFull ? 20 : 1],
  ['abort', 'SIGABRT', '', isFull ? 10 : 1],
  ['heap exhausted', 'SIGUSR2', oom, isFull ? 5 : 0],
];

rowTest('T5', { withinMs: 90_000 }, async measured => {
  const bash = await shell();
  const { terminal } = bash;
  await bash.run('ulimit -c 0; stty -ixon quit undef < /dev/tty');
  const before = await settings(bash);
  for (const [what, signal, env, times] of deaths) {
    for (let i = 0; i < times; i++) {
      const pid = await bash.monitor(env);
      const from = terminal.raw().length;
      process.kill(pid, signal);
      await eventually(
        'its end',
        () => isAlive(pid),
        alive => !alive,
        60_000,
      );
      await eventually(
        'the sentence of the guardian',
        () => terminal.raw().slice(from),
        raw =>
          raw.includes('groundup was killed; the terminal is as it was before, and running actions went on'),
      );
      expect(await settings(bash)).toBe(before);
      await expectGivenBack(terminal);
      await bash.clear();
    }
    if (times > 0) measured(`${what} ${times} of ${times}`);
  }
  await eventually('no guardian is left', sandbox().running, left => left.length === 0);
});

rowTest('T6', { withinMs: 120_000 }, async measured => {
  const bash = await shell();
  const { terminal, run } = bash;
  const before = await settings(bash);
  const times = isFull ? 20 : 3;
  await bash.monitor();
  for (let i = 0; i < times; i++) {
    await terminal.press('Ctrl-Z');
    await terminal.until(/Stopped[\s\S]*ready> $/m);
    expect(terminal.emulator.buffer.active.type).toBe('normal');
    expect(await settings(bash)).toBe(before);
    if (i === 1) {
      terminal.write('bg\r');
      await eventually(
        'it waits in the background',
        () => run('jobs'),
        jobs => /Stopped/.test(jobs),
      );
    }
    terminal.write('clear; fg\r');
    await terminal.until(isWhole, 15_000);
  }
  await terminal.press('q');
  await terminal.until(/ready> $/m);
  expect(await settings(bash)).toBe(before);
  measured(`${times} cycles, one of them through bg; every screen whole`);
});

function lastLine(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8').trimEnd().split('\n').at(-1) ?? 'null');
}
