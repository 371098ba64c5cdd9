import { appendFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Mark } from '../../src/runs/marks.ts';
import { openTail, type Tail } from '../../src/runs/tail.ts';

let dir: string;
const open: Tail[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'groundup-tail-'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map(tail => tail.close()));
  await rm(dir, { recursive: true, force: true });
});

const follow = (rest = {}): Tail => {
  const tail = openTail(dir, { startedAt: 1_000, secrets: [], ...rest });
  open.push(tail);
  return tail;
};
const write = (name: 'out.log' | 'err.log', text: string | Uint8Array) => appendFile(join(dir, name), text);
const mark = (line: Partial<Mark>) =>
  appendFile(join(dir, 'marks.jsonl'), `${JSON.stringify({ at: 1_000, out: 0, err: 0, ...line })}\n`);
const shown = (tail: Tail) => tail.lines().map(line => `${line.at} ${line.from} ${line.text}`);

describe('the tail of a run', () => {
  test('puts both logs and our own lines in the order of the marks, with their times', async () => {
    const tail = follow();
    await write('out.log', 'one\ntwo\n');
    await write('err.log', 'careful\n');
    await mark({ at: 1_100, text: '$ helmfile sync' });
    await mark({ at: 1_200, out: 4 });
    await mark({ at: 1_300, out: 4, err: 8 });
    await mark({ at: 1_400, out: 8, err: 8 });
    await tail.read('marks');
    expect(shown(tail)).toEqual([
      '100 groundup $ helmfile sync',
      '200 stdout one',
      '300 stderr careful',
      '400 stdout two',
    ]);
  });

  test('shows nothing that no mark covers yet, then only what is new', async () => {
    const tail = follow();
    await write('out.log', 'one\ntw');
    await tail.read('marks');
    expect(shown(tail)).toEqual([]);
    await mark({ out: 6 });
    await tail.read('marks');
    await tail.read('marks');
    expect(shown(tail)).toEqual(['0 stdout one']);
    await write('out.log', 'o\n');
    await mark({ out: 8 });
    await tail.read('marks');
    expect(shown(tail)).toEqual(['0 stdout one', '0 stdout two']);
  });

  test('is the same however the bytes arrive', async () => {
    const bytes = Buffer.from('häuser ✓ 网络\r\nnext\rlast\n');
    const tail = follow();
    for (let i = 0; i < bytes.length; i++) {
      await write('out.log', bytes.subarray(i, i + 1));
      await mark({ out: i + 1 });
      await tail.read('marks');
    }
    expect(tail.lines().map(line => line.text)).toEqual(['häuser ✓ 网络', 'next', 'last']);
  });

  test('obeys no control sequence and shows no secret', async () => {
    const tail = follow({ secrets: ['hush-hush'] });
    await write('out.log', '\x1b]0;title\x07\x1b[2J token is hush-hush\n');
    await write('err.log', '-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----\nafter\n');
    await mark({ out: 100, err: 200 });
    await tail.read('end');
    const text = shown(tail).join('\n');
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|hush|MIIabc/u);
    expect(text).toContain('after');
  });

  test('skips the middle of a flood, says how much, and keeps the end', async () => {
    const tail = follow({ ring: 100 });
    const line = `${'x'.repeat(99)}\n`;
    await write('out.log', line.repeat(100_000));
    await write('out.log', 'the end\n');
    await mark({ out: 10_000_008 });
    do await tail.read('end');
    while (tail.isBehind());
    expect(tail.lines().length).toBe(100);
    expect(tail.lines().at(-1)?.text).toBe('the end');
    const before = follow({ ring: 1_000_000 });
    do await before.read('end');
    while (before.isBehind());
    expect(before.lines()[0]?.text).toMatch(/^\d+ KiB of output skipped here/);
  });

  test('goes on when a log was cut to its newest part', async () => {
    const tail = follow();
    await write('out.log', 'old 1\nold 2\n');
    await mark({ out: 12 });
    await tail.read('marks');
    await truncate(join(dir, 'out.log'), 0);
    await write('out.log', 'new 1\n');
    await mark({ out: 26, outBase: 20 });
    await tail.read('marks');
    expect(tail.lines().map(line => line.text)).toEqual([
      'old 1',
      'old 2',
      '1 KiB of output skipped here; the file has it',
      'new 1',
    ]);
  });

  test('survives marks that are garbage and logs that are not there', async () => {
    await writeFile(
      join(dir, 'marks.jsonl'),
      '{"at":"x"}\nnull\n\x00\x01\n[1,2]\n{"at":1,"out":5,"err":1e15}\n',
    );
    const tail = follow();
    for (let i = 0; i < 5; i++) await tail.read('end');
    expect(tail.lines().filter(line => line.from !== 'groundup')).toEqual([]);
  });
});
