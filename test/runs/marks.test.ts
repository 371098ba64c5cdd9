import { writeSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Mark, openLog } from '../../src/runs/marks.ts';
import { openTail } from '../../src/runs/tail.ts';
import { eventually } from './world.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'groundup-marks-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const marks = async (): Promise<readonly Mark[]> =>
  (await readFile(join(dir, 'marks.jsonl'), 'utf8'))
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Mark);

test('a log that does not grow gets no marks', async () => {
  const log = await openLog(dir, () => 7, { everyMs: 5 });
  await log.note('begin');
  writeSync(log.out, 'one\n');
  await eventually('the mark of the output', async () => (await marks()).length === 2);
  await log.close();
  expect(await marks()).toEqual([
    { at: 7, out: 0, err: 0, text: 'begin' },
    { at: 7, out: 4, err: 0 },
  ]);
});

test('a log that grows beyond its cap keeps its newest part and can still be followed', async () => {
  const log = await openLog(dir, Date.now, { everyMs: 5, cap: 100_000, kept: 20_000 });
  const tail = openTail(dir, { startedAt: 0, secrets: [] });
  for (let i = 1; i <= 400; i++) {
    writeSync(log.out, `${`line ${i} `.padEnd(999, '.')}\n`);
    if (i % 50 === 0) await log.note('so far');
  }
  await log.close();
  expect((await stat(join(dir, 'out.log'))).size).toBeLessThanOrEqual(120_000);
  expect((await marks()).at(-1)).toMatchObject({ out: 400_000, outBase: expect.any(Number) });
  do await tail.read('end');
  while (tail.isBehind());
  const shown = tail.lines().filter(line => line.from === 'stdout');
  expect(shown.at(-1)?.text).toMatch(/^line 400 /);
  await tail.close();
});
