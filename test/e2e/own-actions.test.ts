import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTerminal } from '../support/terminal.ts';
import { healthy, stage } from './demo-stage.ts';
import { eventually, makeSandbox, program, run, type Sandbox, type Served, startServe } from './program.ts';

/** A program of the user's that writes down what it was given. */
function makeNote({ folder }: Sandbox): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { mode: 0o755 });
  writeFileSync(join(bin, 'note'), `#!/bin/sh\nprintf '<%s>' "$@" >>'${folder}/noted'\necho noted\n`);
  chmodSync(join(bin, 'note'), 0o755);
  return join(bin, 'note');
}

const ownAction = (note: string, title: string) =>
  `actions: [{id: note-it, title: ${title}, run: [${note}, 'a b', '{context}'], layer: dns, danger: 0}]`;

/** As an editor saves: a new file takes the place of the old one. */
function write({ folder }: Sandbox, text: string): void {
  const file = join(folder, 'home/.config/groundup/config.yaml');
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

describe('the configuration in the monitor', () => {
  const { sandbox, demo, quit } = stage();

  it('adds an action of the user while it is open: it is offered, shown whole, asked about, and proved by its layer', async () => {
    const terminal = demo(['--scenario', 'coredns-zero', '--speed', '20', '--allow-actions']);
    await terminal.until(/F +repair +kubectl/, 40_000);
    const run = "[kubectl, --context, '{context}', -n, kube-system, scale, '{what}', --replicas=3]";
    const params = '[{name: what, choices: [deployment/coredns]}]';
    write(
      sandbox(),
      `contexts:\n  demo:\n    actions: [{id: scale-mine, title: Scale my way, run: ${run}, layer: dns, danger: 1, params: ${params}}]\n`,
    );
    await terminal.until(/configuration read again: actions changed/);
    await terminal.press('4');
    await terminal.until(/▸4 CoreDNS/);
    await eventually(
      'it is offered',
      async () => {
        await terminal.press('Esc', 'a');
        return /Scale my way/.test(terminal.screen().join('\n'));
      },
      isOffered => isOffered,
    );
    await terminal.press('G');
    await terminal.until(/▸ +Scale my way/);
    await terminal.press('Enter');
    await terminal.until(
      /kubectl --context demo -n kube-system scale deployment\/coredns --replicas=3[\s\S]*y run it/,
    );
    await eventually(
      'the answer was taken',
      async () => {
        await terminal.press('y');
        return !/y run it/.test(terminal.screen().join('\n'));
      },
      isTaken => isTaken,
    );
    await terminal.until(/REPAIRED +Scale my way/, 90_000);
    await quit(terminal);
  }, 160_000);

  it('does not offer in the simulation what is meant for every cluster: it would reach real machines', async () => {
    write(sandbox(), `defaults:\n  ${ownAction(makeNote(sandbox()), 'Note it down')}\n`);
    const terminal = demo(['--scenario', 'coredns-zero', '--speed', '20', '--allow-actions']);
    await terminal.until(/F +repair +kubectl/, 40_000);
    await terminal.press('4');
    await terminal.until(/▸4 CoreDNS/);
    await terminal.press('a');
    const screen = await terminal.until(/Remedies for CoreDNS[\s\S]*Sync release coredns/);
    expect(screen).not.toContain('Note it down');
    await terminal.press('Esc');
    await quit(terminal);
  }, 80_000);

  it('opts actions in to run by themselves, and out again in the middle of the countdown', async () => {
    write(sandbox(), 'defaults: {heal: {actions: [scale-coredns], countdown: 60s}}\n');
    const terminal = demo(['--scenario', 'coredns-zero', '--speed', '20']);
    await terminal.until(/HEALS ITSELF in \d+ s/, 40_000);
    write(sandbox(), 'ascii: false\n');
    await terminal.until(/configuration read again: heal changed/);
    await terminal.until(
      screen => /ROOT CAUSE .*CoreDNS/.test(screen) && !/HEALS ITSELF|heals itself/.test(screen),
    );
    await terminal.press('H');
    await terminal.until(/self-healing is off: no action is opted in/);
    write(sandbox(), 'defaults: {heal: {actions: [scale-coredns], countdown: 10s}}\n');
    await terminal.until(/HEALS ITSELF in \d+ s/, 40_000);
    await terminal.until(screen => healthy.test(screen) || /REPAIRED/.test(screen), 90_000);
    await quit(terminal);
  }, 180_000);
});

describe('two of them at one cluster', () => {
  const sandbox = makeSandbox();
  let served: Served;
  beforeAll(async () => {
    served = await startServe(sandbox, ['--speed', '20']);
  }, 60_000);
  afterAll(async () => {
    await served.stop();
    sandbox.remove();
  });

  it('recover runs an action of the configuration by its name', async () => {
    const config = join(sandbox.folder, 'config.yaml');
    writeFileSync(config, `defaults:\n  ${ownAction(makeNote(sandbox), 'Note it down')}\n`);
    const env = { ...served.env, GROUNDUP_CONFIG: config };
    const done = await run(sandbox, ['recover', 'note-it', '--yes'], { env });
    expect(done.out).toContain('OUTCOME   succeeded');
    expect(readFileSync(join(sandbox.folder, 'noted'), 'utf8')).toBe('<a b><demo>');
    const unknown = await run(sandbox, ['recover', 'note-it', '--yes'], { env: served.env });
    expect(unknown).toMatchObject({ code: 64, err: expect.stringContaining("unknown action 'note-it'") });
  }, 90_000);

  it('the second one says in its header who changes what, and no longer once it is done', async () => {
    const second = openTerminal(process.execPath, [program], {
      cwd: sandbox.folder,
      env: { ...sandbox.env, ...served.env, XDG_STATE_HOME: join(sandbox.folder, 'other-machine') },
    });
    try {
      await second.until(healthy, 40_000);
      const first = run(sandbox, ['recover', 'sync-all', '--yes'], { env: served.env, withinMs: 120_000 });
      await second.until(/demo · \S+@\S+ recovers since .*: Sync all/, 60_000);
      await first;
      await second.until(screen => !/ recovers since /.test(screen), 60_000);
      await second.press('q');
      expect((await second.ended).code).toBe(0);
    } finally {
      second.kill('SIGKILL');
    }
  }, 200_000);
});
