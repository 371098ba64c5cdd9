import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunEvent, RunExit, RunOutcome } from '../../src/runs/journal.ts';
import { identityOf } from '../../src/runs/process-identity.ts';
import { newRunId } from '../../src/runs/run-id.ts';
import { createWorld, diagnosisOf, outcomeOf, planOf, toolStep, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.end());

const then = Date.now() - 60_000;
const gone = { ...(await identityOf(process.pid)), startTime: '1' };
const planned: RunEvent = { event: 'planned', at: then, by: 'ops@here' };
const supervisor: RunEvent = { event: 'supervisor', at: then, process: gone };
const step: RunEvent = { event: 'step', at: then, step: 0 };
const spawned: RunEvent = { event: 'spawned', at: then, step: 0, process: gone };
const exited = (code: number | null): RunEvent => ({ event: 'exited', at: then, step: 0, code });
const exit = (reason: RunExit['reason'], code: number | null): RunExit => ({
  at: then,
  step: 0,
  code,
  signal: null,
  reason,
  note: null,
});

interface Left {
  readonly events: readonly RunEvent[];
  readonly exit?: RunExit;
  readonly outcome?: RunOutcome;
  readonly halfWritten?: boolean;
  readonly steps?: number;
}

/** What a crash leaves behind, and the lock that it held. */
async function leave(left: Left): Promise<string> {
  const id = newRunId(then);
  const dir = join(world.stateDir, 'runs', id);
  await mkdir(dir, { recursive: true });
  await mkdir(join(world.stateDir, 'locks'), { recursive: true });
  const steps = Array.from({ length: left.steps ?? 1 }, () => toolStep(['say=x']));
  await writeFile(join(dir, 'plan.json'), JSON.stringify(planOf(steps)));
  await writeFile(join(dir, 'state.jsonl'), left.events.map(event => `${JSON.stringify(event)}\n`).join(''));
  if (left.halfWritten) await writeFile(join(dir, 'exit.json.tmp-1-0'), '{"at":');
  if (left.exit) await writeFile(join(dir, 'exit.json'), JSON.stringify(left.exit));
  if (left.outcome) await writeFile(join(dir, 'outcome.json'), JSON.stringify(left.outcome));
  const lock = { runId: id, by: 'ops@here', action: 'sync', process: gone };
  await writeFile(join(world.stateDir, 'locks', 'uid-1.lock'), JSON.stringify(lock));
  return id;
}

const running = [planned, supervisor, step, spawned];

describe('a run that was cut short', () => {
  test.each<[string, Left, string, string | null]>([
    ['before its supervisor began', { events: [planned] }, 'failed', 'it never began: nothing was changed'],
    [
      'before its first step',
      { events: [planned, supervisor] },
      'failed',
      'its supervisor ended before the first step',
    ],
    [
      'before the number of its tool was written down',
      { events: [planned, supervisor, step] },
      'unknown',
      'nobody saw how it ended: look at the cluster (sync cilium)',
    ],
    [
      'while its tool ran',
      { events: running },
      'unknown',
      'nobody saw how it ended: look at the cluster (sync cilium)',
    ],
    ['after its tool ended well', { events: [...running, exited(0)] }, 'succeeded', null],
    ['after its tool failed', { events: [...running, exited(1)] }, 'failed', 'exit code 1'],
    ['after its tool was killed', { events: [...running, exited(null)] }, 'failed', 'it failed'],
    [
      'between two steps',
      { events: [...running, exited(0)], steps: 2 },
      'failed',
      'the next step was not begun: its supervisor ended between two steps',
    ],
    [
      'while its end was being written',
      { events: running, halfWritten: true },
      'unknown',
      expect.any(String) as never,
    ],
    ['after its end was written', { events: running, exit: exit('done', 0) }, 'succeeded', null],
    ['after its failure was written', { events: running, exit: exit('failed', 3) }, 'failed', 'exit code 3'],
    ['after it was stopped', { events: running, exit: exit('stopped', 130) }, 'cancelled', 'exit code 130'],
    [
      'after its outcome was written',
      {
        events: running,
        exit: exit('done', 0),
        outcome: { at: then, state: 'failed', failure: 'CNI is down' },
      },
      'failed',
      'CNI is down',
    ],
  ])('%s has exactly one outcome', async (_, left, state, failure) => {
    const id = await leave(left);
    const runs = world.groundup();
    await runs.attach();
    const run = await outcomeOf(runs, id);
    expect([run.state, run.failure]).toEqual([state, failure]);
    expect(runs.current()).toBeNull();
    const next = await runs.start(planOf([toolStep(['say=next'])]));
    expect(next).toMatchObject({ ok: true });
    if (next.ok) await outcomeOf(runs, next.run.id);
  });

  test('is never green because of what was seen before its end', async () => {
    const id = await leave({ events: running, exit: exit('done', 0) });
    const runs = world.groundup({ observe: () => diagnosisOf({}, then - 1) });
    await runs.attach();
    expect(runs.current()).toMatchObject({ id, state: 'verifying' });
  });

  test('and ended yesterday is not verified any more', async () => {
    const yesterday = Date.now() - 86_400_000;
    const id = await leave({ events: running, exit: { ...exit('done', 0), at: yesterday } });
    const runs = world.groundup();
    await runs.attach();
    expect(await outcomeOf(runs, id)).toMatchObject({
      state: 'unknown',
      failure: 'it ended well, but nobody watched the cluster then',
    });
  });

  test('is never started again by itself', async () => {
    const id = await leave({ events: running });
    const runs = world.groundup();
    await runs.attach();
    const run = await outcomeOf(runs, id);
    expect(run.lines.filter(line => line.from === 'stdout')).toEqual([]);
  });
});
