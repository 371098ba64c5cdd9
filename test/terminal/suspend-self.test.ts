import { afterEach, expect, it } from 'vitest';
import { fixture, type InPty, inPty, isAlive } from './in-pty.ts';

const SCRIPT = 'set -m; "$0" "$1" wait; echo "stopped $?."; stty -a; fg >/dev/null; echo "code $?."';

let shell: InPty | undefined;

afterEach(() => {
  if (shell && isAlive(shell.pty.pid)) shell.pty.kill('SIGKILL');
});

it('leaves the screen on Ctrl-Z and takes it again when continued', async () => {
  shell = inPty('/bin/bash', ['-c', SCRIPT, process.execPath, fixture('full-screen.ts')]);
  await shell.until(/tick/);
  shell.pty.write('\x1a');
  await shell.until(/repainted/);
  shell.pty.write('q');
  await shell.ended;

  const [before = '', stopped = '', back = ''] = shell.output().split('\x1b[?1049l');
  expect(before).toContain('tick');
  expect(stopped).toMatch(/stopped 148\./);
  expect(stopped).toMatch(/[^-]icanon/);
  expect(stopped.indexOf('stopped')).toBeLessThan(stopped.indexOf('\x1b[?1049h'));
  expect(stopped.slice(0, stopped.indexOf('stopped'))).not.toContain('tick');
  expect(stopped.slice(stopped.indexOf('\x1b[?1049h'))).toContain('repainted');
  expect(back).toContain('code 0.');
});

it('comes back by itself where no shell can continue it', async () => {
  shell = inPty(process.execPath, [fixture('full-screen.ts'), 'wait']);
  await shell.until(/ready \d+\./);
  shell.pty.write('\x1a');
  await shell.until(/repainted/);
  shell.pty.write('q');
  expect(await shell.ended).toMatchObject({ exitCode: 0 });
});
