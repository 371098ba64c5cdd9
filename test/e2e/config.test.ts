import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { healthy, stage } from './demo-stage.ts';
import {
  eventually,
  makeSandbox,
  program,
  run,
  runCommand,
  type Sandbox,
  type Served,
  startServe,
} from './program.ts';

const fileIn = ({ folder }: Sandbox): string => join(folder, 'home/.config/groundup/config.yaml');

/** As an editor saves: a new file takes the place of the old one. */
function write(sandbox: Sandbox, text: string): void {
  const file = fileIn(sandbox);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

describe('the configuration in the monitor', () => {
  const { sandbox, demo, quit } = stage();

  it('gives keys to commands, in the footer, the help and under the finger', async () => {
    write(sandbox(), 'keys:\n  why: E\n  events: x\n  help: ["?", ctrl-g]\n');
    const terminal = demo(['--speed', '20']);
    await terminal.until(healthy);
    await terminal.press('x');
    await terminal.until(/\[Events\]/);
    await terminal.press('E');
    await terminal.until(/\[Why\]/);
    await terminal.press('\x07');
    await terminal.until(/ E +the chain of causes/);
    await terminal.until(/ x +warnings/);
    await terminal.press('Esc');
    await terminal.until(screen => !screen.includes('the chain of causes'));
    await terminal.press('w', 'e');
    await terminal.until(/\[Why\]/);
    await quit(terminal);
  });

  it('is read again while the monitor is open, and says what changed or what is wrong', async () => {
    const terminal = demo(['--speed', '20']);
    await terminal.until(healthy);
    await terminal.press('4');
    write(sandbox(), 'ascii: true\nkeys: {repaint: Z}\n');
    await terminal.until(/configuration read again: ascii, keys changed/);
    await terminal.until(screen => /o all eight layers healthy/.test(screen) && />4 CoreDNS/.test(screen));
    write(sandbox(), 'ascii: true\nthme: light\n');
    await terminal.until(/config\.yaml line 2: thme: is no field; did you mean 'theme'\?/);
    write(sandbox(), 'contexts: [\n');
    await terminal.until(/config\.yaml line \d: is not YAML/);
    await terminal.until(/o all eight layers healthy/);
    rmSync(fileIn(sandbox()));
    await terminal.until(/configuration read again: ascii changed/);
    await terminal.until(healthy);
    await quit(terminal);
  });

  it('starts with a file that is broken, and says so until a key is pressed', async () => {
    write(sandbox(), 'theme: [\n');
    const terminal = demo(['--speed', '20']);
    await terminal.until(/config\.yaml line \d: is not YAML/);
    await terminal.until(healthy);
    await terminal.until(/PROTECTED/);
    await terminal.press('j');
    await terminal.until(screen => !/is not YAML/.test(screen));
    await quit(terminal);
  });
});

describe('the configuration of commands', () => {
  const sandbox = makeSandbox();
  let served: Served;
  const config = join(sandbox.folder, 'config.yaml');
  const groundup = (...args: string[]) =>
    run(sandbox, args, { env: { ...served.env, GROUNDUP_CONFIG: config }, withinMs: 60_000 });
  beforeAll(async () => {
    served = await startServe(sandbox, ['--speed', '20']);
  });
  afterAll(async () => {
    await served.stop();
    sandbox.remove();
  });
  beforeEach(() => rmSync(config, { force: true }));

  it('check names file, line, field and cure, and exits 64; a good file exits 0', async () => {
    writeFileSync(config, 'contexts:\n  homelab:\n    probe:\n      every: 5s\n');
    const bad = await groundup('config', 'check');
    expect(bad.code).toBe(64);
    expect(bad.out).toBe(
      `${config} line 4: contexts.homelab.probe.every: cannot be '5s'; it must be a duration from 60s to 24h, such as 60s\n`,
    );
    writeFileSync(config, 'contexts:\n  homelab:\n    probe:\n      every: 5m\n');
    const good = await groundup('config', 'check');
    expect(good).toMatchObject({ code: 0, out: `${config} is in order\n`, err: '' });
  });

  it('show prints what holds for the context, without the secret of a webhook', async () => {
    writeFileSync(
      config,
      'notify: {webhook: "https://chat.example/hook/s3cret"}\ndefaults: {unlockFor: 5m}\n',
    );
    const shown = await groundup('config', 'show');
    expect(shown.code, shown.err).toBe(0);
    expect(shown.out).not.toContain('s3cret');
    const said = parse(shown.out) as { contexts: Record<string, { unlockFor: string }> };
    expect(Object.values(said.contexts)[0]?.unlockFor).toBe('5m');
  });

  it('path says where the file is looked for, and a --config that is not there is bad input', async () => {
    expect(await groundup('config', 'path')).toMatchObject({ code: 0, out: `${config}\n` });
    const missing = await groundup('check', '--config', join(sandbox.folder, 'none.yaml'));
    expect(missing.code).toBe(64);
    expect(missing.err).toMatch(/--config: there is no file .*none\.yaml/);
    expect(await groundup('config', 'chekc')).toMatchObject({ code: 64 });
  });

  it('a file that everybody can write, with commands in it, is not used', async () => {
    writeFileSync(config, 'defaults: {actions: [{id: x, title: x, run: [ls], layer: dns, danger: 0}]}\n');
    chmodSync(config, 0o666);
    const checked = await groundup('config', 'check');
    expect(checked.code).toBe(64);
    expect(checked.out).toMatch(
      /can be written by everybody \(chmod o-w\), and holds actions: nothing of it is used/,
    );
    chmodSync(config, 0o644);
  });

  it('a critical Service without endpoints lowers service discovery', async () => {
    writeFileSync(config, 'defaults: {criticalServices: [kube-system/kube-dns, media/plex]}\n');
    const { out, code } = await groundup('check', '--layer', 'service-discovery');
    expect(out).toMatch(/media\/plex.*is critical, but has no EndpointSlice/s);
    expect(out).not.toMatch(/kube-system\/kube-dns.*is critical/);
    expect(code).toBe(1);
  });

  it('a context that is read-only is repaired by nobody', async () => {
    writeFileSync(config, 'defaults: {readOnly: true}\n');
    const refused = await groundup('recover', '--yes');
    expect(refused.code).toBe(64);
    expect(refused.err).toMatch(/the configuration makes '.*' read-only/);
    expect((await groundup('recover', '--plan')).code).toBe(0);
  });

  it('--plain tells each change in a line and ends when it is asked to', async () => {
    const plain = runCommand(sandbox, process.execPath, [program, '--plain'], {
      env: { ...served.env, GROUNDUP_CONFIG: config },
      withinMs: 60_000,
      stopAt: /cluster healthy/,
    });
    const { out, code } = await plain;
    expect(out).toMatch(/^\d\d:\d\d:\d\d watching \S+ at https?:\/\/\S+; Ctrl-C ends\n/);
    expect(out).toMatch(/^\d\d:\d\d:\d\d the API server answers$/m);
    expect(out).not.toContain('\x1b');
    expect(code).toBe(0);
    await eventually(
      'nothing runs on',
      () => sandbox.running().filter(line => line.includes('--plain')),
      left => left.length === 0,
    );
  });
});
