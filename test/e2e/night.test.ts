import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { cniGone, healthy, stage } from './demo-stage.ts';
import { eventually, run, startServe } from './program.ts';

const { sandbox, open, demo, quit } = stage();
const state = (): string => join(sandbox().folder, 'home/.local/state/groundup');
const valid = new Ajv2020({
  strict: true,
  allowUnionTypes: true,
  formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ },
}).compile(JSON.parse(readFileSync(new URL('../../dist/report.schema.json', import.meta.url), 'utf8')));

describe('a recorded demo', () => {
  it('is replayed with the same root at the same moment, and told as a report', async () => {
    const file = join(sandbox().folder, 'night.jsonl');
    const terminal = demo(['--speed', '20', '--scenario', 'cni-gone', '--record', file]);
    await terminal.until(cniGone);
    await terminal.until(/F {2}repair/);
    await terminal.press('D');
    const told = await terminal.until(/the screen is in \S+\.txt/);
    const [, shown = ''] = /the screen is in (\S+\.txt)/.exec(told) ?? [];
    const dump = shown.replace('~', join(sandbox().folder, 'home'));
    expect(statSync(dump).mode & 0o777).toBe(0o600);
    expect(readFileSync(dump, 'utf8')).toMatch(cniGone);
    await quit(terminal);
    expect(statSync(file).mode & 0o777).toBe(0o600);

    const replay = open(['replay', file]);
    await replay.until(/as it was [\d: -]+ halted +REPLAY +read-only/);
    await replay.press(']', ']', ']', ']', ']', ']', ']', ']');
    await replay.until(cniGone);
    await replay.press('w');
    await replay.until(/Who removed it\?[\s\S]*why do I believe this: rule cni\.presence/);
    await replay.press('u');
    await replay.until(/this is a recording/);
    await replay.press(' ');
    await replay.until(/playing +REPLAY|halted +REPLAY/);
    await quit(replay);

    const report = await run(sandbox(), ['report', file, '-o', 'json']);
    expect(report.code, report.err).toBe(0);
    const json = JSON.parse(report.out);
    expect(valid(json), JSON.stringify(valid.errors)).toBe(true);
    expect(json.incidents[0].root.object).toEqual({
      kind: 'DaemonSet',
      namespace: 'kube-system',
      name: 'cilium',
    });
    expect(report.out).not.toContain(sandbox().folder);
    const page = await run(sandbox(), ['report', file, '--redact']);
    expect(page.out).toMatch(/^# the-cluster: 1 incident/);
    expect(page.out).not.toContain('127.0.0.1');
  });
});

describe('the flight recorder', () => {
  it('remembers the night for the next monitor and for the report', async () => {
    const served = await startServe(sandbox(), ['--speed', '20', '--scenario', 'coredns-zero']);
    const named = /ROOT CAUSE .*CoreDNS .*scaled to zero/;
    const first = open([], { env: served.env });
    await first.until(named, 40_000);
    await first.press('q');
    expect((await first.ended).code).toBe(0);
    const records = join(state(), 'records');
    const [name = ''] = readdirSync(records);
    expect(statSync(records).mode & 0o777).toBe(0o700);
    expect(statSync(join(records, name)).mode & 0o777).toBe(0o600);
    const lines = readFileSync(join(records, name), 'utf8').trimEnd().split('\n');
    expect(lines[0]).toContain('"record":"begin"');
    expect(lines.at(-1)).toContain('"record":"end"');

    const second = open([], { env: served.env });
    await second.until(named, 40_000);
    await second.press('h');
    for (let i = 0; i < 12; i++) await second.press('[');
    await second.until(/as it was \d/);
    await second.press('q');
    await second.until(screen => !/as it was \d/.test(screen));
    await second.press('q');
    expect((await second.ended).code).toBe(0);

    const report = await run(sandbox(), ['report', '-o', 'json'], { env: served.env });
    expect(report.code, report.err).toBe(0);
    expect(JSON.parse(report.out).incidents.at(-1).root).toMatchObject({
      layer: 'dns',
      problem: 'scaled-to-zero',
    });
    const token = /token: (\S+)/.exec(readFileSync(served.env.KUBECONFIG ?? '', 'utf8'))?.[1] ?? 'no token';
    for (const text of [report.out, readFileSync(join(records, name), 'utf8')])
      expect(text).not.toContain(token);
    await served.stop();
  });

  it('writes nothing while nothing changes', async () => {
    const terminal = demo(['--speed', '1']);
    await terminal.until(healthy);
    const temp = sandbox().folder;
    const size = (): number => sizeOf(join(temp, 'tmp'));
    await eventually('a record', size, bytes => bytes > 0);
    let last = { size: size(), since: performance.now() };
    await eventually(
      'five silent seconds',
      () => {
        if (size() !== last.size) last = { size: size(), since: performance.now() };
        return performance.now() - last.since;
      },
      ms => ms > 5_000,
      20_000,
    );
    await quit(terminal);
  });
});

/** Bytes of all records below a folder. */
function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.jsonl') && name.includes('records'))
    .reduce((sum, name) => sum + (existsSync(join(folder, name)) ? statSync(join(folder, name)).size : 0), 0);
}

describe('check --record', () => {
  it('adds a look to the file each time', async () => {
    const served = await startServe(sandbox(), ['--speed', '20']);
    const file = join(sandbox().folder, 'looks.jsonl');
    for (let i = 0; i < 2; i++)
      await run(sandbox(), ['check', '--record', file, '--timeout', '15s'], { env: served.env });
    const begins = readFileSync(file, 'utf8')
      .split('\n')
      .filter(line => line.includes('"record":"begin"'));
    expect(begins).toHaveLength(2);
    await served.stop();
  });
});

describe('bad input is one sentence with the cure', () => {
  it.each([
    [['replay'], /replay needs the FILE of a recording/],
    [['replay', 'none.jsonl'], /there is no file none\.jsonl.*--record FILE/],
    [['replay', 'letter.txt'], /letter\.txt is no recording/],
    [['replay', '.'], /is no file/],
    [['replay', 'a', 'b'], /unexpected argument 'b'/],
    [['report', 'letter.txt'], /letter\.txt is no recording/],
    [['report', '-o', 'pdf'], /--output cannot be 'pdf'.*markdown, json/],
    [['report', '--since', 'yesterday'], /--since cannot be 'yesterday'.*duration/],
  ])('groundup %j', async (args, sentence) => {
    writeFileSync(join(sandbox().folder, 'letter.txt'), 'dear reader\n');
    const ended = await run(sandbox(), args);
    expect(ended.code).toBe(64);
    expect(ended.err.trimEnd().split('\n')).toHaveLength(1);
    expect(ended.err).toMatch(sentence);
  });

  it('a recording that would overwrite something, or has no folder', async () => {
    writeFileSync(join(sandbox().folder, 'letter.txt'), 'dear reader\n');
    const served = await startServe(sandbox(), []);
    const over = await run(sandbox(), ['check', '--record', 'letter.txt'], { env: served.env });
    expect([over.code, over.err]).toEqual([
      64,
      expect.stringMatching(/letter\.txt is there and is no recording/),
    ]);
    const lost = await run(sandbox(), ['check', '--record', 'no/such/night.jsonl'], { env: served.env });
    expect([lost.code, lost.err]).toEqual([64, expect.stringMatching(/cannot be written \(ENOENT\)/)]);
    expect(readFileSync(join(sandbox().folder, 'letter.txt'), 'utf8')).toBe('dear reader\n');
    await served.stop();
  });
});
