import type { Run, RunLine } from '../../runs/run.ts';
import { layerOf } from '../../store/select/chosen.ts';
import { shownRun } from '../../store/select/runs.ts';
import { isActive } from '../../store/updates.ts';
import { type Safe, say } from '../../text/safe.ts';
import { stopwatch } from '../format.ts';
import type { Scene } from '../panes/scene.ts';
import { blank, line, type Row, span, spread } from '../row.ts';
import type { Tone } from '../theme.ts';
import { type Page, scrolled, type TabView } from './page.ts';

/** The output of the running or last action: only the lines that are seen are ever laid out. */
export const log: TabView = (scene, columns, rows): Page => {
  const run = shownRun(scene.state);
  if (run === null) {
    return scrolled(
      [
        line(say`no action has run yet`, 'dim'),
        line(say`F repairs the root cause, a lists all remedies`, 'dim'),
      ],
      0,
      rows,
    );
  }
  const { follow, scroll, filter } = scene.state.view;
  const head = rows >= 6 ? headRows(run, scene, columns) : [];
  const room = Math.max(1, rows - head.length - (rows >= 4 ? 1 : 0));
  const last = Math.max(0, run.lines.length - room);
  const start = follow ? last : Math.min(scroll.log, last);
  const body = run.lines.slice(start, start + room).map(entry => lineRow(entry, filter));
  while (body.length < room) body.push(blank);
  const foot = rows >= 4 ? [footRow(run, scene, follow ? 0 : run.lines.length - start - room)] : [];
  return { rows: [...head, ...body, ...foot], page: room, total: run.lines.length };
};

function headRows(run: Run, scene: Scene, columns: number): Row[] {
  const step = run.plan.steps[run.step];
  const passed = stopwatch((run.endedAt ?? scene.now) - run.startedAt);
  const title = say`step ${Math.min(run.step + 1, run.plan.steps.length)} of ${run.plan.steps.length} · ${step?.title ?? run.plan.title}`;
  const code = run.exitCode === null || run.exitCode === 0 ? ('' as Safe) : say` exit ${run.exitCode}`;
  const summary = layerOf(scene.state, run.plan.success.layer)?.summary ?? run.plan.success.text;
  return [
    spread(
      line(title, 'strong'),
      [span(say` ${run.state as Safe} ${passed}${code}`, stateTone(run))],
      columns,
      scene.look,
    ),
    line(summary, 'dim'),
    blank,
  ];
}

const marks: Readonly<Record<RunLine['from'], readonly [Safe, Tone]>> = {
  stdout: ['  ' as Safe, 'plain'],
  stderr: ['! ' as Safe, 'warn'],
  groundup: ['● ' as Safe, 'ok'],
};

function lineRow(entry: RunLine, filter: string): Row {
  const isHit = filter !== '' && entry.text.toLowerCase().includes(filter.toLowerCase());
  const [mark, tone] = entry.text.startsWith('$ ') ? (['' as Safe, 'plain'] as const) : marks[entry.from];
  const bare = entry.text.includes('\x1b') ? stripped(entry.text) : entry.text;
  return [span(say`${stopwatch(entry.at)} `, 'dim'), span(mark, tone), span(bare, isHit ? 'key' : 'plain')];
}

/** Colours of tools are left out here: the theme alone colours this screen. */
function stripped(text: Safe): Safe {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding the escape character is the point
  return text.replace(/\x1b\[[0-9;]*m/g, '') as Safe;
}

function footRow(run: Run, scene: Scene, below: number): Row {
  const { filter, follow } = scene.state.view;
  const parts = [
    below > 0 ? say`${below} more below` : follow && isActive(run) ? say`following` : say`end`,
    say`${run.lines.length + run.dropped} lines`,
  ];
  if (run.dropped > 0) parts.push(say`oldest ${run.dropped} only in the file`);
  if (filter !== '') parts.push(say`search: ${filter as Safe}`);
  parts.push(say`saved in ${run.logFile as Safe}`);
  return line(parts.join(' · ') as Safe, 'dim');
}

function stateTone(run: Run): Tone {
  if (run.state === 'succeeded') return 'ok';
  if (run.state === 'failed') return 'bad';
  return run.state === 'unknown' ? 'unknown' : 'warn';
}
