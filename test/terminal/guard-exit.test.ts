import { afterEach, describe, expect, it } from 'vitest';
import { close, fixture, type InPty, inPty, isAlive } from './in-pty.ts';

const RESTORED = '\x1b[0m\x1b[?2004l\x1b[?1049l\x1b[?25h';

let program: InPty | undefined;
let detached: number | undefined;

afterEach(() => {
  if (program && isAlive(program.pty.pid)) program.pty.kill('SIGKILL');
  if (detached && isAlive(detached)) process.kill(detached, 'SIGKILL');
  detached = undefined;
});

/** Runs the program under a shell, which tells afterwards how it ended and how it left the terminal. */
async function underShell(how: string): Promise<{ readonly shell: InPty; readonly pid: number }> {
  const shell = inPty('/bin/sh', [
    '-c',
    '"$0" "$1" "$2"; echo "code $?."; stty -a',
    process.execPath,
    fixture('full-screen.ts'),
    how,
  ]);
  program = shell;
  const [, pid] = await shell.until(/ready (\d+)\./);
  return { shell, pid: Number(pid) };
}

describe('a full-screen program', () => {
  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ])('gives the terminal back on %s and exits with %i', async (signal, code) => {
    const { shell, pid } = await underShell('wait');
    process.kill(pid, signal);
    await shell.ended;
    const [screen, after = ''] = shell.output().split(RESTORED);
    expect(screen).toContain('\x1b[?1049h');
    expect(after).toContain(`code ${code}.`);
    expect(after).toMatch(/[^-]icanon/);
    expect(after).toMatch(/[^-]echo\b/);
    expect(after).not.toContain('tick');
  });

  it.each([
    ['throw', 'groundup stopped because of an error in itself (Error: bad^[[2Jthing password=[redacted])'],
    ['reject', 'groundup stopped because of an error in itself (Error: lost)'],
  ])('restores the screen before it says why when it fails by %s', async (how, sentence) => {
    const { shell } = await underShell(how);
    await shell.ended;
    const after = shell.output().split(RESTORED)[1] ?? '';
    expect(after.replaceAll('\r\n', '')).toContain(sentence);
    expect(after).toContain('code 70.');
    expect(after).toMatch(/[^-]icanon/);
  });

  it('gives the terminal back on a plain exit', async () => {
    const { shell } = await underShell('wait');
    shell.pty.write('q');
    await shell.ended;
    expect(shell.output().split(RESTORED)[1]).toContain('code 0.');
  });

  it.each(['wait', 'quiet', 'hang-at-end'])(
    'is gone within 2 s when its terminal is closed (%s)',
    async how => {
      program = inPty(process.execPath, [fixture('full-screen.ts'), how]);
      const { pid } = program.pty;
      await program.until(/ready \d+\./);
      close(program);
      await expect.poll(() => isAlive(pid), { timeout: 2000, interval: 20 }).toBe(false);
    },
  );

  it.skipIf(process.platform !== 'linux').each(['wait', 'quiet'])(
    'is gone within 2 s when its terminal is closed and no signal tells it (%s)',
    async how => {
      program = inPty('setsid', ['--wait', process.execPath, fixture('full-screen.ts'), how]);
      const pid = Number((await program.until(/ready (\d+)\./))[1]);
      detached = pid;
      close(program);
      await expect.poll(() => isAlive(pid), { timeout: 2000, interval: 20 }).toBe(false);
    },
  );

  it('exits at once on a second signal', async () => {
    program = inPty(process.execPath, [fixture('full-screen.ts'), 'hang-at-end']);
    await program.until(/ready \d+\./);
    process.kill(program.pty.pid, 'SIGTERM');
    await program.until(/\[\?1049l/);
    const second = performance.now();
    process.kill(program.pty.pid, 'SIGTERM');
    expect(await program.ended).toMatchObject({ exitCode: 143 });
    expect(performance.now() - second).toBeLessThan(1000);
  });
});
