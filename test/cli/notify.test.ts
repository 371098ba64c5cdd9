import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type NotifyOptions, notify } from '../../src/cli/notify.ts';
import type { Model } from '../../src/store/app-state.ts';
import { say } from '../../src/text/safe.ts';
import { calm, cniGone } from '../report/diagnosis.ts';
import { snapshotOf } from '../support/snapshot.ts';
import { type Ops, openOps } from './ops.ts';

const modelOf = (diagnosis: Model['diagnosis']): Model => ({
  snapshot: snapshotOf(),
  diagnosis,
  remedies: {},
  fix: null,
});

describe('telling', () => {
  const options = (more: Partial<NotifyOptions> = {}) => {
    const stateDir = mkdtempSync(join(tmpdir(), 'groundup-notify-'));
    onTestFinished(() => rmSync(stateDir, { recursive: true, force: true }));
    const sent: [string, unknown][] = [];
    const send: NotifyOptions['send'] = async (address, body) => {
      sent.push([address, body]);
      return { ok: true };
    };
    const settings = {
      webhook: 'https://hook',
      command: null,
      heartbeat: 'https://beat',
      debounceMs: 60_000,
    };
    return { sent, all: { settings, stateDir, env: {}, secrets: [], now: 0, send, ...more } };
  };

  test('gives the sign of life at every look, and the news once', async () => {
    const { sent, all } = options();
    for (const [now, diagnosis] of [
      [0, calm],
      [1, cniGone],
      [70_000, cniGone],
      [80_000, cniGone],
    ] as const)
      expect(await notify(modelOf(diagnosis), { ...all, now })).toEqual([]);
    expect(sent.filter(([to]) => to === 'https://beat').length).toBe(4);
    expect(sent.filter(([to]) => to === 'https://hook')).toEqual([
      ['https://hook', expect.objectContaining({ verdict: 'down', before: 'healthy' })],
    ]);
  });

  test('tells again what reached nobody', async () => {
    const { all } = options({ send: async () => ({ ok: false, why: say`no answer in time` }) });
    const at = (now: number) => notify(modelOf(cniGone), { ...all, now });
    await at(0);
    expect(await at(70_000)).toEqual(['webhook: no answer in time', 'heartbeat: no answer in time']);
    expect(await at(80_000)).toContain('webhook: no answer in time');
  });

  test('runs a command without a shell', async () => {
    const { all } = options();
    const out = join(all.stateDir, 'said');
    const script = join(all.stateDir, 'tell');
    writeFileSync(script, `#!/bin/sh\nprintf '%s|' "$@" > ${out}\n`);
    chmodSync(script, 0o755);
    const settings = {
      ...all.settings,
      webhook: null,
      heartbeat: null,
      command: [script, '{verdict} on {context}', '{layer}'],
      debounceMs: 0,
    };
    const env = { PATH: '/usr/bin:/bin' };
    expect(await notify(modelOf(cniGone), { ...all, settings, env })).toEqual([]);
    expect(readFileSync(out, 'utf8')).toBe('down on homelab|cni|');
    const missing = { ...settings, command: ['no-such-tool'] };
    expect(await notify(modelOf(calm), { ...all, settings: missing, env, now: 5 })).toEqual([
      'command: no-such-tool is not on the PATH',
    ]);
  });
});

describe('groundup check', { timeout: 180_000 }, () => {
  let ops: Ops;
  beforeAll(async () => {
    ops = await openOps();
  });
  afterAll(() => ops.close());

  test('writes a file for collectors at once, readable for all, and prints nothing', async () => {
    const folder = join(ops.simulation.folder, 'textfile');
    mkdirSync(folder);
    const file = join(folder, 'groundup.prom');
    writeFileSync(file, 'old');
    const { out } = await ops.run('check', '-o', 'prometheus', '--output-file', file);
    expect(out).toBe('');
    expect(readFileSync(file, 'utf8')).toMatch(
      /^# HELP groundup_layer_verdict [\s\S]*\ngroundup_checked_at_seconds\{.*\} \d+\n$/,
    );
    expect(statSync(file).mode & 0o777).toBe(0o644);
    expect(readdirSync(folder)).toEqual(['groundup.prom']);
  });

  test('says in one sentence where it cannot write', async () => {
    const { code, out } = await ops.run('check', '--output-file', '/nowhere/at/all');
    expect(out).toContain('--output-file: /nowhere/at/all cannot be written (ENOENT)');
    expect(code).toBe(64);
  });

  test('tells as configured, and its exit code stays the verdict', async () => {
    const config = join(ops.simulation.folder, '.config/groundup');
    mkdirSync(config, { recursive: true });
    const write = (text: string) => writeFileSync(join(config, 'config.yaml'), text, { mode: 0o600 });
    write('notify: { heartbeat: "https://127.0.0.1:9/T0KEN" }\n');
    const { code, out } = await ops.run('check', '--notify');
    expect(out).toContain('not told: heartbeat: 127.0.0.1 is an address of this machine');
    expect(out).not.toContain('T0KEN');
    expect([0, 1]).toContain(code);
    write('notify: { webhook: "http://example.com" }\n');
    expect((await ops.run('check', '--notify')).out).toMatch(/notify.webhook/);
  });

  test('suggests what the configuration adds, with the command that it would run', async () => {
    const config = join(ops.simulation.folder, 'own.yaml');
    const run = "[/bin/echo, '{context}']";
    writeFileSync(
      config,
      `contexts: {demo: {actions: [{id: note-it, title: Note it, run: ${run}, layer: dns, danger: 0}]}}\n`,
      { mode: 0o600 },
    );
    ops.fault('coredns-zero').break();
    const { out } = await ops.run('check', '-o', 'json', { GROUNDUP_CONFIG: config });
    ops.fault('coredns-zero').undo();
    const { remedies } = JSON.parse(out).root;
    expect(remedies.find((one: { action: string }) => one.action === 'note-it')).toMatchObject({
      commands: [['/bin/echo', 'demo']],
      blockedBy: null,
    });
  });

  test('is not needed where a monitor is open: that tells by itself, once', async () => {
    const said = join(ops.simulation.folder, 'monitor-said');
    const script = join(ops.simulation.folder, 'tell');
    writeFileSync(script, `#!/bin/sh\necho "$1" >> ${said}\n`, { mode: 0o755 });
    const config = join(ops.simulation.folder, 'telling.yaml');
    writeFileSync(config, `notify: {command: [${script}, '{verdict} {layer}'], debounce: 0s}\n`, {
      mode: 0o600,
    });
    ops.fault('coredns-zero').break();
    const monitors = [1, 2].map(() => ops.start('--plain', { GROUNDUP_CONFIG: config }));
    await vi.waitFor(() => expect(readFileSync(said, 'utf8')).toBe('down dns\n'), {
      timeout: 60_000,
      interval: 200,
    });
    const told = ops.start('check', '--notify', { GROUNDUP_CONFIG: config });
    await told.ended;
    for (const monitor of monitors) monitor.kill('SIGTERM');
    await Promise.all(monitors.map(one => one.ended));
    ops.fault('coredns-zero').undo();
    expect(readFileSync(said, 'utf8')).toBe('down dns\n');
  });
});
