import type { Step } from '../../recovery/plan.ts';
import type { Run, RunLine } from '../../runs/run.ts';
import { commandLine } from '../../store/select/command-line.ts';
import { progressOf } from '../../store/select/progress.ts';
import { allRuns, logFolder, shownRun } from '../../store/select/runs.ts';
import { shownText } from '../../store/select/shown-text.ts';
import { isActive } from '../../store/updates.ts';
import { homePath } from '../../text/home-path.ts';
import { join, type Safe, say } from '../../text/safe.ts';
import { moment, stopwatch } from '../format.ts';
import type { Scene } from '../panes/scene.ts';
import { blank, line, type Row, span, spread } from '../row.ts';
import type { Tone } from '../theme.ts';
import { type Page, scrolled, type TabView } from './page.ts';
import { footParts } from './text-foot.ts';
import { type TextLine, textPane } from './text-pane.ts';

/** The output of the running or chosen action: only the lines that are seen are ever laid out. */
export const log: TabView = (scene, columns, rows): Page => {
  const run = shownRun(scene.state);
  const shown = shownText(scene.state);
  if (run === null || shown === null) {
    return scrolled(
      [
        line(say`no action has run yet`, 'dim'),
        line(say`F repairs the root cause, a lists all remedies`, 'dim'),
      ],
      0,
      rows,
    );
  }
  const head = rows >= 6 ? headRows(run, scene, columns) : [];
  const room = Math.max(1, rows - head.length - (rows >= 4 ? 1 : 0));
  const look = lineLook(run, scene);
  const at = (index: number): TextLine => look(run.lines[shown.places?.[index] ?? index]);
  const page =
    shown.lines.length === 0
      ? { rows: emptyRows(run, scene, room), page: room, below: 0 }
      : textPane(shown, at, scene, columns, room);
  const foot = rows >= 4 ? [footRow(run, scene, page.below, shown)] : [];
  return { rows: [...head, ...page.rows, ...foot], page: page.page, total: shown.lines.length };
};

function headRows(run: Run, scene: Scene, columns: number): Row[] {
  const step = run.plan.steps[run.step];
  const passed = stopwatch((run.endedAt ?? scene.now) - run.startedAt);
  const many = run.plan.steps.length;
  const at =
    many > 1 || isActive(run) ? say`step ${Math.min(run.step + 1, many)} of ${many} · ` : ('' as Safe);
  const title = isActive(run) ? say`${at}${step?.title ?? run.plan.title}` : run.plan.title;
  const code = run.exitCode === null || run.exitCode === 0 ? ('' as Safe) : say` exit ${run.exitCode}`;
  const state = [span(say` ${run.state as Safe} ${passed}${code}`, stateTone(run))];
  return [spread(line(title, 'strong'), state, columns, scene.look), secondRow(run, scene), blank];
}

/** While it runs, what it does to its layer; afterwards, which of the runs it is and why it ended so. */
function secondRow(run: Run, scene: Scene): Row {
  const all = allRuns(scene.state);
  const index = all.findIndex(({ id }) => id === run.id);
  const which =
    all.length > 1 && index >= 0 ? [say`run ${all.length - index} of ${all.length}, [ ] others`] : [];
  if (isActive(run)) {
    return line(join([...progressOf(scene.state, run), ...which], ' · '), 'dim');
  }
  const began = say`began ${moment(run.startedAt, scene.now)}`;
  const why = run.failure === null ? [] : [run.failure];
  const byItself = run.plan.healing === undefined ? [] : [say`self-healing`];
  return line(join([...why, ...byItself, began, ...which], ' · '), run.failure === null ? 'dim' : 'plain');
}

function emptyRows(run: Run, { state }: Scene, rows: number): Row[] {
  const text =
    state.view.filter !== '' && run.lines.length > 0
      ? say`no line holds what is searched for`
      : isActive(run)
        ? say`no output yet`
        : state.runs.opened?.id === run.id
          ? say`it wrote no output`
          : say`its output is being read back`;
  return Array.from({ length: rows }, (_, i) => (i === 0 ? line(text, 'dim') : blank));
}

/**
 * How each line is marked. Some tools write everything to stderr, so it is marked only where both streams occur;
 * the command of a step is its heading.
 */
function lineLook(run: Run, scene: Scene): (entry: RunLine | undefined) => TextLine {
  const { times } = scene.state.view.text;
  const isMixed = run.lines.some(({ from }) => from === 'stdout');
  const steps = new Map(
    run.plan.steps.flatMap((step, i) => headingsOf(step).map(text => [text, i] as const)),
  );
  const many = run.plan.steps.length;
  return entry => {
    if (entry === undefined) return { lead: [], text: '' as Safe, tone: 'plain' };
    const { at, from } = entry;
    const time = times ? [span(say`${stopwatch(at)} `, 'dim')] : [];
    const text = entry.text.includes('\x1b') ? stripped(entry.text) : entry.text;
    if (from !== 'stdout' && text.startsWith('$ ')) {
      const step = steps.get(text);
      const number = step === undefined || many < 2 ? [] : [span(say`${step + 1}/${many} `, 'strong')];
      return { lead: [...time, ...number], text, tone: 'strong' };
    }
    if (from === 'groundup') return { lead: [...time, span('● ' as Safe, 'ok')], text, tone: 'plain' };
    if (from === 'stderr' && isMixed)
      return { lead: [...time, span('! ' as Safe, 'warn')], text, tone: 'plain' };
    return { lead: [...time, span('  ' as Safe)], text, tone: 'plain' };
  };
}

/** The line that opens a step in the log, with its arguments quoted or as they are. */
function headingsOf(step: Step): readonly string[] {
  const argv = step.kind === 'api' ? step.command : [step.tool, ...step.args];
  return [`$ ${commandLine(step)}`, `$ ${argv.join(' ')}`];
}

/** Colours of tools are left out here: the theme alone colours this screen. */
function stripped(text: Safe): Safe {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding the escape character is the point
  return text.replace(/\x1b\[[0-9;]*m/g, '') as Safe;
}

function footRow(run: Run, scene: Scene, below: number, shown: Parameters<typeof footParts>[0]): Row {
  const parts = footParts(shown, scene, below, isActive(run));
  if (!isActive(run) && below === 0) {
    const code = run.exitCode === null ? ('' as Safe) : say`, exit ${run.exitCode}`;
    const took = run.endedAt === null ? ('' as Safe) : say` in ${stopwatch(run.endedAt - run.startedAt)}`;
    parts[0] = say`${run.state as Safe}${took}${code}`;
  }
  const folder = logFolder(run);
  const saved = folder === '' ? [] : [say`saved in ${homePath(folder)}`];
  return line(join([...parts, ...saved], ' · '), 'dim');
}

function stateTone(run: Run): Tone {
  if (run.state === 'succeeded') return 'ok';
  if (run.state === 'failed') return 'bad';
  return run.state === 'unknown' ? 'unknown' : 'warn';
}
