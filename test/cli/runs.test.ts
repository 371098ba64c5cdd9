import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { linePrinter, runLine } from '../../src/cli/run-lines.ts';
import { findRun } from '../../src/cli/runs-find.ts';
import { judgedRun, judgedRuns } from '../../src/cli/runs-judge.ts';
import { listText, runJson, runText } from '../../src/cli/runs-print.ts';
import type { RunEvent } from '../../src/runs/journal.ts';
import { identityOf } from '../../src/runs/process-identity.ts';
import { newRunId } from '../../src/runs/run-id.ts';
import { field } from '../../src/text/field.ts';
import { say } from '../../src/text/safe.ts';
import { planOf, toolStep } from '../runs/world.ts';

let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'groundup-list-'));
});
afterEach(() => rmSync(stateDir, { recursive: true }));

const began = Date.parse('2026-03-01T10:00:00Z');
const here = await identityOf(process.pid);
const gone = { ...here, startTime: '1' };

function leave(
  id: string,
  events: readonly RunEvent[],
  files: Readonly<Record<string, unknown>> = {},
): string {
  const dir = join(stateDir, 'runs', id);
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'plan.json'), JSON.stringify(planOf([toolStep(['say=x'])])));
  writeFileSync(join(dir, 'state.jsonl'), events.map(event => `${JSON.stringify(event)}\n`).join(''));
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(dir, name), JSON.stringify(content));
  return id;
}

const planned: RunEvent = { event: 'planned', at: began, by: 'ops@here' };
const supervised = (process: typeof here): readonly RunEvent[] => [
  planned,
  { event: 'supervisor', at: began, process },
  { event: 'step', at: began, step: 0 },
];
const outcome = { at: began + 75_000, state: 'failed', failure: 'exit code 1' };

describe('an ID', () => {
  test('may be shortened as long as it means one run', async () => {
    const first = leave(newRunId(began), [planned]);
    const second = leave(newRunId(began + 1_000_000), [planned]);
    expect(await findRun(stateDir, 'last')).toBe(second);
    expect(await findRun(stateDir, first.slice(0, 12).toLowerCase())).toBe(first);
    await expect(findRun(stateDir, '01')).rejects.toThrow("'01' is the beginning of 2 runs");
    await expect(findRun(stateDir, 'ZZ')).rejects.toThrow("there is no run 'ZZ'");
    await expect(findRun(stateDir, '../..')).rejects.toThrow('there is no run');
  });
});

describe('how a run stands', () => {
  test.each([
    ['its outcome when it has one', supervised(gone), { 'outcome.json': outcome }, 'failed'],
    [
      'not verified when only its end is known',
      supervised(gone),
      { 'exit.json': { at: began, step: 0, code: 0, signal: null, reason: 'done', note: null } },
      'ended, not verified yet: open groundup',
    ],
    ['running while its supervisor lives', supervised(here), {}, 'running'],
    [
      'unknown when nobody is left',
      supervised(gone),
      {},
      'unknown: nobody saw how it ended: look at the cluster (sync cilium)',
    ],
  ])('is %s', async (_, events, files, standing) => {
    const id = leave(newRunId(began), events, files);
    expect((await judgedRun(stateDir, id))?.standing).toBe(standing);
  });
});

test('runs are listed with the newest first, and told in full', async () => {
  const first = leave(newRunId(began), supervised(gone), { 'outcome.json': outcome });
  const second = leave(newRunId(began + 5_000), [{ ...planned, at: began + 5_000 }], {
    'outcome.json': outcome,
  });
  const all = await judgedRuns(stateDir);
  expect(all.map(one => one.run.id)).toEqual([second, first]);
  expect(listText(all).split('\n')[1]).toBe(
    `${first}  2026-03-01T10:00:00.000Z    1m15s  homelab  Sync release cilium  failed`,
  );
  expect(listText([])).toBe('no action was run from here yet\n');
  const full = all[1];
  if (full === undefined) throw new Error('no run');
  expect(runText(full)).toContain('why       exit code 1\nbegan     2026-03-01T10:00:00.000Z, took 1m15s\n');
  expect(runText(full)).toContain('planned by ops@here');
  expect(runJson(full)).toMatchObject({
    id: first,
    state: 'failed',
    steps: 1,
    endedAt: '2026-03-01T10:01:15.000Z',
  });
});

test('a line of a log has its time and where it came from', () => {
  expect(runLine({ at: 62_345, from: 'stderr', text: say`failed` })).toBe('  1:02.3 ! failed');
  expect(runLine({ at: 0, from: 'groundup', text: say`$ helmfile` })).toBe('  0:00.0 > $ helmfile');
});

test('each line is printed once, and what was lost is counted', () => {
  const printed: string[] = [];
  const print = linePrinter(text => printed.push(text.trim().replace(/^\S+ +/, '')));
  const lines = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => ({
      at: 0,
      from: 'stdout' as const,
      text: field(`l${from + i}`),
    }));
  print({ lines: lines(0, 2), dropped: 0 });
  print({ lines: lines(0, 3), dropped: 0 });
  print({ lines: lines(5, 7), dropped: 5 });
  expect(printed).toEqual(['l0', 'l1', 'l2', 'lines came too fast; the log file has them', 'l5', 'l6']);
});
