import type { Run } from '../../runs/run.ts';
import { commandLine } from '../../store/select/command-line.ts';
import { logFolder } from '../../store/select/runs.ts';
import { firstKey } from '../../store/taste.ts';
import { homePath } from '../../text/home-path.ts';
import { join, type Safe, say } from '../../text/safe.ts';
import { about, stopwatch } from '../format.ts';
import { line, type Row, span, spread } from '../row.ts';
import type { Tone } from '../theme.ts';
import type { Scene } from './scene.ts';
import { spinner } from './spinner.ts';

/** An action that runs: step, time passed and expected, what comes next, the command. */
export function running(run: Run, scene: Scene, columns: number): Row[] {
  const { plan } = run;
  const step = plan.steps[run.step];
  const passed = scene.now - run.startedAt;
  const isWaiting = run.state === 'verifying';
  const what = isWaiting ? say`waiting to see: ${plan.success.text}` : (step?.title ?? plan.title);
  const left = [
    span(say` ${spinner(scene.turn, scene.look)} ${isWaiting ? say`VERIFYING` : say`REPAIRING`}  `, 'warn'),
    span(say`step ${run.step + 1} of ${plan.steps.length} · `, 'dim'),
    span(what, 'strong'),
    span(
      say` · ${stopwatch(passed)} of ${about(plan.expectedMs)}${run.overdue ? say`, overdue` : ('' as Safe)}`,
      run.overdue ? 'warn' : 'dim',
    ),
  ];
  const stop = [
    span(firstKey(scene.state.mode.taste, 'stop', say`X`), 'key'),
    span(say` stop after this step `),
  ];
  const next = plan.steps.slice(run.step + 1).map(other => other.title);
  const then =
    next.length === 0
      ? say`then verified by the watch: ${plan.success.text}`
      : say`next  ${join(next, ' ▸ ')}`;
  const command = step === undefined ? [] : [span(say`   $ `, 'dim'), span(commandLine(step), 'key')];
  return [spread(left, stop, columns, scene.look), line(say`   ${then}`, 'dim'), command];
}

/** How an action ended, until a key is pressed. */
export function endedRun(run: Run): Row[] {
  const took = run.endedAt === null ? ('' as Safe) : say` in ${stopwatch(run.endedAt - run.startedAt)}`;
  const words: Readonly<Record<string, readonly [Safe, Tone]>> = {
    succeeded: [say` ● REPAIRED  `, 'ok'],
    failed: [say` ✗ FAILED  `, 'bad'],
    cancelled: [say` ▲ STOPPED  `, 'warn'],
  };
  const [word, tone] = words[run.state] ?? [say` ? OUTCOME UNKNOWN  `, 'unknown'];
  const why = run.failure ?? (run.state === 'succeeded' ? run.plan.success.text : say`see the log`);
  return [
    [span(word, tone), span(say`${run.plan.title}${took}`, 'strong')],
    line(say`   ${why}`, run.state === 'succeeded' ? 'dim' : 'plain'),
    line(say`   the log is in ${homePath(logFolder(run))} · any key goes on`, 'dim'),
  ];
}
