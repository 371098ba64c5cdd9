import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/runs/journal.ts';
import { listRuns, readRun } from '../../src/runs/read-runs.ts';
import { say } from '../../src/text/safe.ts';
import {
  apiStep,
  createWorld,
  diagnosisOf,
  eventually,
  outcomeOf,
  planOf,
  started,
  toolStep,
  type World,
} from './world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.end());

const texts = (lines: readonly { from: string; text: string }[], from: string) =>
  lines.filter(line => line.from === from).map(line => line.text);
const eventsOf = async (id: string): Promise<readonly RunEvent[]> =>
  (await readFile(join(world.stateDir, 'runs', id, 'state.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as RunEvent);
const find = async <E extends RunEvent['event']>(id: string, event: E) =>
  (await eventsOf(id)).find((one): one is Extract<RunEvent, { event: E }> => one.event === event);

describe('a run', () => {
  test('shows the command, both outputs in order, and succeeds when the layer is seen healthy', async () => {
    const runs = world.groundup();
    const run = await started(
      runs,
      planOf([toolStep(['say=Upgrading release=cilium', 'warn=coalesce: skipped'])]),
    );
    expect(run.state).toBe('planned');
    const done = await outcomeOf(runs, run.id);
    expect(done.state).toBe('succeeded');
    expect(done.exitCode).toBe(0);
    expect(texts(done.lines, 'stdout')).toEqual(['Upgrading release=cilium']);
    expect(texts(done.lines, 'stderr')).toEqual(['coalesce: skipped']);
    expect(texts(done.lines, 'groundup')[0]).toMatch(/^\$ helmfile .*say=Upgrading/);
    expect(done.lines[0]?.from).toBe('groundup');
  });

  test('fails with the known meaning of what helm printed', async () => {
    const runs = world.groundup();
    const helm = 'warn=Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress';
    const run = await started(runs, planOf([toolStep(['say=ok', helm, 'exit=1'])]));
    const done = await outcomeOf(runs, run.id);
    expect(done.state).toBe('failed');
    expect(done.failure).toMatch(/^the release is locked by an operation .*\(exit code 1\)$/);
  });

  test('fails when the tool is not there, and says so', async () => {
    const runs = world.groundup();
    const run = await started(runs, planOf([toolStep([], { path: '/nonexistent/helmfile' })]));
    const done = await outcomeOf(runs, run.id);
    expect(done.state).toBe('failed');
    expect(done.failure).toContain('helmfile could not be started');
  });

  test('does not believe exit code 0 as long as the layer is down', async () => {
    const runs = world.groundup({
      observe: () => diagnosisOf({ verdict: 'down', summary: say`agents 0/3` }, Date.now()),
    });
    const plan = planOf([toolStep(['say=done'])]);
    const run = await started(runs, { ...plan, success: { ...plan.success, withinMs: 400 } });
    const done = await outcomeOf(runs, run.id);
    expect(done.state).toBe('failed');
    expect(done.failure).toBe('it ended well, but after 1 min CNI is down: agents 0/3');
    expect(done.exitCode).toBe(0);
  });

  test('is verifying until the layer turns healthy', async () => {
    let verdict: 'down' | 'healthy' = 'down';
    const runs = world.groundup({ observe: () => diagnosisOf({ verdict }, Date.now()) });
    const run = await started(runs, planOf([toolStep(['say=done'])]));
    await eventually('verifying', () => runs.current()?.state === 'verifying');
    verdict = 'healthy';
    expect((await outcomeOf(runs, run.id)).state).toBe('succeeded');
  });

  test('goes through its steps and stops at the first that fails', async () => {
    const runs = world.groundup();
    const steps = [toolStep(['say=one']), apiStep('/scale'), apiStep('/refused'), toolStep(['say=never'])];
    const done = await outcomeOf(runs, (await started(runs, planOf(steps))).id);
    expect(done.state).toBe('failed');
    expect(done.step).toBe(2);
    expect(done.failure).toContain('admission webhook denied the request');
    expect(texts(done.lines, 'groundup')).toContain('PATCH /scale: 200');
    expect(texts(done.lines, 'stdout')).toEqual(['one']);
  });

  test('is unknown when the API server never answered a change', async () => {
    const runs = world.groundup();
    const done = await outcomeOf(runs, (await started(runs, planOf([apiStep('/silent')]))).id);
    expect(done.state).toBe('unknown');
    expect(done.failure).toBe('no answer within 15 s');
  });

  test('begins a gated step only when the layer before it is healthy', async () => {
    let verdict: 'down' | 'healthy' = 'down';
    const runs = world.groundup({ observe: () => diagnosisOf({ verdict }, Date.now()) });
    const plan = planOf([]);
    const steps = [toolStep(['say=one'], { gate: plan.success }), toolStep(['say=two'])];
    const run = await started(runs, { ...plan, steps });
    await eventually('the gate', () => find(run.id, 'gate'));
    expect(texts(runs.current()?.lines ?? [], 'stdout')).not.toContain('two');
    verdict = 'healthy';
    const done = await outcomeOf(runs, run.id);
    expect(done.state).toBe('succeeded');
    expect(texts(done.lines, 'stdout')).toEqual(['one', 'two']);
  });

  test('gives tools a frozen kubeconfig, no standard input and a temporary directory of their own', async () => {
    const runs = world.groundup();
    const args = ['cat=KUBECONFIG', 'stdin', 'env=TMPDIR', 'env=ROOT_DIR', 'env=SECRET_THING'];
    const run = await started(runs, planOf([toolStep(args, { env: { ROOT_DIR: '/repo' } })]));
    const out = texts((await outcomeOf(runs, run.id)).lines, 'stdout');
    expect(out).toContain('stdin: 0 bytes');
    expect(out).toContain(`TMPDIR=${join(world.stateDir, 'runs', run.id, 'tmp')}`);
    expect(out).toContain('ROOT_DIR=/repo');
    expect(out).toContain('SECRET_THING=(unset)');
    expect(out).toContain('    token: [redacted]');
    const left = await readdir(join(world.stateDir, 'runs', run.id));
    expect(left).not.toContain('kubeconfig');
    expect(left).not.toContain('tmp');
  });

  test('ends with its tool, even when a child of the tool keeps the output open', async () => {
    const runs = world.groundup();
    const go = world.path('go');
    const run = await started(runs, planOf([toolStep([`daemon=${go}`, 'say=bye'])]));
    const done = await outcomeOf(runs, run.id);
    expect(done.state).toBe('succeeded');
    expect(texts(done.lines, 'stdout')).toContain('bye');
    await writeFile(go, '');
  });

  test('becomes overdue after its deadline and is not killed', async () => {
    const runs = world.groundup();
    const go = world.path('go');
    const run = await started(runs, planOf([toolStep([`until=${go}`, 'say=late'], { deadlineMs: 50 })]));
    await eventually('overdue', () => runs.current()?.overdue === true);
    await writeFile(go, '');
    const done = await outcomeOf(runs, run.id);
    expect(done.state).toBe('succeeded');
    expect(texts(done.lines, 'stdout')).toEqual(['late']);
  });

  test('keeps the newest lines of a flood and counts the rest', async () => {
    const runs = world.groundup();
    const done = await outcomeOf(runs, (await started(runs, planOf([toolStep(['count=12000'])]))).id);
    expect(done.lines.length).toBe(5_000);
    expect(done.lines.at(-2)?.text).toBe('line 12000');
    expect(done.dropped + done.lines.length).toBe(12_002);
  });
});

describe('an ended terminal', () => {
  test('does not end the run: the next groundup takes it up without losing a line', async () => {
    const go = world.path('go');
    const plan = planOf([toolStep(['count=200', `until=${go}`, 'count=200', 'say=end'])]);
    await writeFile(world.path('plan.json'), JSON.stringify(plan));
    const owner = spawn(
      process.execPath,
      [new URL('fixtures/owner.ts', import.meta.url).pathname, world.stateDir, world.path('plan.json')],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [id] = (await once(owner.stdout, 'data')).map(chunk => String(chunk).trim());
    await eventually('the tool', () => find(id ?? '', 'spawned'));
    owner.kill('SIGKILL');
    await once(owner, 'exit');

    const runs = world.groundup();
    await runs.attach();
    expect(runs.current()?.id).toBe(id);
    await writeFile(go, '');
    const done = await outcomeOf(runs, id ?? '');
    expect(done.state).toBe('succeeded');
    const numbers = Array.from({ length: 200 }, (_, i) => `line ${i + 1}`);
    expect(texts(done.lines, 'stdout')).toEqual([...numbers, ...numbers, 'end']);
  });

  test('leaves a run that ended meanwhile to be verified by the next groundup', async () => {
    const first = world.groundup({ observe: () => null });
    const run = await started(first, planOf([toolStep(['say=done'])]));
    await eventually('verifying', () => first.current()?.state === 'verifying');
    await first.close();
    const second = world.groundup();
    await second.attach();
    expect((await outcomeOf(second, run.id)).state).toBe('succeeded');
  });
});

describe('a run on another cluster', () => {
  test('is left alone, until it turns out to be about this one', async () => {
    const first = world.groundup({ observe: () => null });
    const run = await started(first, planOf([toolStep(['say=done'])]));
    await eventually('verifying', () => first.current()?.state === 'verifying');
    await first.close();
    let known = false;
    const other = world.groundup({ isOurs: () => known });
    await other.attach();
    expect(other.current()).toBeNull();
    expect(other.past()).toEqual([]);
    known = true;
    await other.attach();
    expect((await outcomeOf(other, run.id)).state).toBe('succeeded');
  });
});

describe('a killed supervisor', () => {
  test('leaves the tool running, and the outcome unknown once that has ended', async () => {
    const runs = world.groundup();
    const go = world.path('go');
    const run = await started(runs, planOf([toolStep([`until=${go}`, 'say=end'])]));
    await eventually('the tool', () => find(run.id, 'spawned'));
    process.kill((await find(run.id, 'supervisor'))?.process.pid ?? 0, 'SIGKILL');
    await eventually('still running', () => runs.current()?.state === 'running');
    await writeFile(go, '');
    const done = await outcomeOf(runs, run.id);
    expect(done.state).toBe('unknown');
    expect(done.failure).toBe('nobody saw how it ended: look at the cluster (sync cilium)');
    expect(texts(done.lines, 'stdout')).toEqual(['end']);
    expect(await readdir(join(world.stateDir, 'locks'))).toEqual([]);
  });
});

describe('stopping', () => {
  test('interrupts the tool, which ends in order', async () => {
    const runs = world.groundup();
    const run = await started(
      runs,
      planOf([toolStep(['polite', 'say=ready', `until=${world.path('never')}`])]),
    );
    await eventually('ready', () => texts(runs.current()?.lines ?? [], 'stdout').includes('ready'));
    expect(await runs.stop(run.id)).toMatchObject({ ok: true });
    const done = await outcomeOf(runs, run.id);
    expect(done.state).toBe('cancelled');
    expect(done.exitCode).toBe(130);
    expect(texts(done.lines, 'stdout')).toContain('got SIGINT, ending in order');
  });

  test('climbs one rung after the other, and never faster than helm can end in order', async () => {
    let later = 0;
    const runs = world.groundup({ now: () => Date.now() + later });
    const run = await started(
      runs,
      planOf([toolStep(['deaf', 'say=ready', `until=${world.path('never')}`])]),
    );
    await eventually('ready', () => texts(runs.current()?.lines ?? [], 'stdout').includes('ready'));
    expect(await runs.stop(run.id, 'kill')).toEqual({ ok: false, why: 'it was not asked to terminate yet' });
    expect(await runs.stop(run.id, 'interrupt')).toMatchObject({ ok: true });
    await eventually('SIGINT', () => texts(runs.current()?.lines ?? [], 'stdout').includes('got SIGINT'));
    expect(await runs.stop(run.id, 'terminate')).toMatchObject({ ok: false });
    later = 121_000;
    expect(await runs.stop(run.id, 'terminate')).toMatchObject({ ok: true });
    await eventually('SIGTERM', () => texts(runs.current()?.lines ?? [], 'stdout').includes('got SIGTERM'));
    expect(await runs.stop(run.id, 'kill')).toMatchObject({ ok: true });
    const done = await outcomeOf(runs, run.id);
    expect(done.state).toBe('cancelled');
    expect(done.failure).toBe('ended by SIGKILL: got SIGTERM');
  });

  test('after the step lets the step end and begins no other', async () => {
    const runs = world.groundup();
    const go = world.path('go');
    const run = await started(runs, planOf([toolStep([`until=${go}`, 'say=one']), toolStep(['say=two'])]));
    await eventually('the tool', () => find(run.id, 'spawned'));
    await runs.stop(run.id, 'after-step');
    await writeFile(go, '');
    const done = await outcomeOf(runs, run.id);
    expect(done.state).toBe('cancelled');
    expect(texts(done.lines, 'stdout')).toEqual(['one']);
  });
});

describe('a start', () => {
  test('is refused by a guard that blocks', async () => {
    const guards = [{ state: 'blocking', text: say`Nodes is down` }] as const;
    const result = await world.groundup().start(planOf([toolStep([])], { guards }));
    expect(result).toEqual({ ok: false, why: 'Nodes is down' });
    expect(await listRuns(world.stateDir)).toEqual([]);
  });

  test('is refused when another cluster is watched than the plan was made for', async () => {
    const runs = world.groundup({ observe: () => diagnosisOf({}, Date.now(), 'uid-2') });
    const result = await runs.start(planOf([toolStep([])]));
    expect(result).toMatchObject({ ok: false, why: expect.stringContaining('another cluster') });
  });

  test('is refused while another run changes the same cluster, also one of another groundup', async () => {
    const go = world.path('go');
    const first = world.groundup();
    const run = await started(first, planOf([toolStep([`until=${go}`])]));
    const result = await world.groundup().start(planOf([toolStep([])]));
    expect(result).toMatchObject({ ok: false, why: expect.stringContaining(`run ${run.id}`) });
    await writeFile(go, '');
    await outcomeOf(first, run.id);
    expect(await world.groundup().start(planOf([toolStep([])]))).toMatchObject({ ok: true });
  });

  test('of twenty at once succeeds exactly once', async () => {
    const go = world.path('go');
    const runs = world.groundup();
    const all = await Promise.all(
      Array.from({ length: 20 }, () => runs.start(planOf([toolStep([`until=${go}`])]))),
    );
    const ok = all.filter(result => result.ok);
    expect(ok.length).toBe(1);
    await writeFile(go, '');
    await outcomeOf(runs, ok[0]?.ok ? ok[0].run.id : '');
  });

  test('that cannot be written leaves nothing behind and says why', async () => {
    await writeFile(world.path('file'), '');
    const runs = world.groundup({ stateDir: world.path('file/groundup') });
    expect(await runs.start(planOf([toolStep([])]))).toMatchObject({
      ok: false,
      why: expect.stringMatching(/ENOTDIR/),
    });
  });

  test('whose program is not there leaves nothing behind and gives the lock back', async () => {
    const broken = world.groundup({ launcher: { command: '/nonexistent/node', args: [] } });
    expect(await broken.start(planOf([toolStep([])]))).toMatchObject({ ok: false });
    expect(await listRuns(world.stateDir)).toEqual([]);
    const runs = world.groundup();
    await outcomeOf(runs, (await started(runs, planOf([toolStep([])]))).id);
  });
});

describe('the journal', () => {
  test('is readable by its owner only, even without a umask', async () => {
    const before = process.umask(0);
    try {
      const runs = world.groundup();
      const run = await started(runs, planOf([toolStep(['say=hi'])]));
      await outcomeOf(runs, run.id);
      const dir = join(world.stateDir, 'runs', run.id);
      const modes = await Promise.all(
        [
          world.stateDir,
          dir,
          ...(await readdir(dir)).map(name => join(dir, name)),
          join(world.stateDir, 'audit.jsonl'),
        ].map(async path => {
          const { mode } = await stat(path);
          return [path.slice(world.stateDir.length), (mode & 0o777).toString(8)];
        }),
      );
      expect(
        modes.filter(([path]) => /\.(json|jsonl|log)$/.test(path ?? '')).every(([, mode]) => mode === '600'),
      ).toBe(true);
      expect(modes.slice(0, 2).map(([, mode]) => mode)).toEqual(['700', '700']);
      expect(modes.length).toBeGreaterThan(8);
    } finally {
      process.umask(before);
    }
  });

  test('can be read without a groundup that follows', async () => {
    const runs = world.groundup();
    const run = await started(runs, planOf([toolStep(['say=hi', 'raw=no newline at the end'])]));
    await outcomeOf(runs, run.id);
    expect((await listRuns(world.stateDir)).map(one => [one.id, one.state])).toEqual([[run.id, 'succeeded']]);
    const read = await readRun(world.stateDir, run.id);
    expect(texts(read?.lines ?? [], 'stdout')).toEqual(['hi', 'no newline at the end']);
    expect(await readRun(world.stateDir, '../../etc')).toBeNull();
  });

  test('notes every start and end in the audit file', async () => {
    const runs = world.groundup();
    const run = await started(runs, planOf([toolStep(['say=hi'])]));
    await outcomeOf(runs, run.id);
    const lines = (await readFile(join(world.stateDir, 'audit.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(lines.map(line => [line.event, line.run, line.detail])).toEqual([
      ['started', run.id, null],
      ['ended', run.id, 'succeeded'],
    ]);
    expect(lines[0].commands[0][0]).toBe('helmfile');
    expect(lines[0].by).toMatch(/.@./);
  });

  test('keeps secrets that a failing tool prints out of journal, audit and outcome; they stay in its raw output', async () => {
    const runs = world.groundup();
    // By way of a file: arguments are shown and written down, and a plan has no secret in them.
    const file = world.path('said');
    const told =
      'Error: 401 for https://ops:pa55word@git.example.org with password: hunter2hunter2 and hush-hush-token\n';
    await writeFile(file, told);
    const run = await started(runs, planOf([toolStep([`cat=${file}`, 'exit=1'])]));
    const done = await outcomeOf(runs, run.id);
    expect(done.state).toBe('failed');
    const dir = join(world.stateDir, 'runs', run.id);
    const raw = ['out.log', 'err.log', 'kubeconfig'];
    const written = [
      join(world.stateDir, 'audit.jsonl'),
      ...(await readdir(dir)).filter(name => !raw.includes(name)).map(name => join(dir, name)),
    ];
    expect(written.length).toBeGreaterThan(4);
    for (const path of written)
      expect(await readFile(path, 'utf8'), path).not.toMatch(/pa55word|hunter2hunter2|hush-hush-token/);
    expect(done.lines.map(line => line.text).join()).not.toMatch(/pa55word|hunter2hunter2|hush-hush-token/);
    expect(await readFile(join(dir, 'out.log'), 'utf8')).toContain('hunter2hunter2');
  });
});
