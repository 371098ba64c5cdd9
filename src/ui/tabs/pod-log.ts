import { refText } from '../../cluster/object-ref.ts';
import type { PodLine, PodLog } from '../../store/looking.ts';
import { shownText } from '../../store/select/shown-text.ts';
import { join, type Safe, say } from '../../text/safe.ts';
import { clock } from '../format.ts';
import type { Scene } from '../panes/scene.ts';
import { blank, line, type Row, span, spread, wrapped } from '../row.ts';
import type { Page } from './page.ts';
import { footParts } from './text-foot.ts';
import { type TextLine, textPane } from './text-pane.ts';

/** The log of one container, followed. */
export function podLog(scene: Scene, columns: number, rows: number): Page {
  const log = scene.state.podLog;
  const shown = shownText(scene.state);
  if (log === null || shown === null)
    return { rows: [line(say`no log is open`, 'dim')], page: rows, total: 0 };
  const head = rows >= 6 ? headRows(log, scene, columns) : [];
  const room = Math.max(1, rows - head.length - (rows >= 4 ? 1 : 0));
  const at = (index: number): TextLine => lineOf(log.lines[shown.places?.[index] ?? index], scene);
  const page =
    shown.lines.length === 0
      ? { rows: emptyRows(log, scene, columns, room), page: room, below: 0 }
      : textPane(shown, at, scene, columns, room);
  const foot = rows >= 4 ? [line(join(footOf(log, scene, page.below, shown), ' · '), 'dim')] : [];
  return { rows: [...head, ...page.rows, ...foot], page: page.page, total: shown.lines.length };
}

function headRows(log: PodLog, { look }: Scene, columns: number): Row[] {
  const container = log.container === null ? ('' as Safe) : say` · ${log.container}`;
  const index = log.container === null ? -1 : log.containers.indexOf(log.container);
  const of =
    log.containers.length > 1 && index >= 0 ? say` (${index + 1} of ${log.containers.length})` : ('' as Safe);
  const title = say`${refText(log.pod ?? log.about)}${container}${of}`;
  const mark = log.previous ? [span(say` previous run`, 'warn')] : [];
  const chosen =
    log.pod === null || log.about.kind === 'Pod'
      ? blank
      : line(say`the worst pod of ${refText(log.about)}`, 'dim');
  return [spread(line(title, 'strong'), mark, columns, look), chosen];
}

/** Why there is nothing to read. */
function emptyRows(log: PodLog, scene: Scene, columns: number, rows: number): Row[] {
  const { filter } = scene.state.view;
  const text =
    log.lines.length > 0 && filter !== ''
      ? say`no line holds what is searched for`
      : log.message !== null
        ? log.message
        : log.state === 'asking'
          ? say`asking for the log; a container that is silent has sent nothing yet`
          : log.state === 'open'
            ? say`it has printed nothing yet`
            : say`it printed nothing`;
  const drawn = wrapped(text, columns, scene.look, log.state === 'failed' ? 'warn' : 'dim');
  return Array.from({ length: rows }, (_, i) => drawn[i] ?? blank);
}

function lineOf(entry: PodLine | undefined, { state, now }: Scene): TextLine {
  if (entry === undefined) return { lead: [], text: '' as Safe, tone: 'plain' };
  const { at, text } = entry;
  const time = state.view.text.times && at !== null ? [span(say`${clock(at, now)} `, 'dim')] : [];
  return { lead: time, text, tone: 'plain' };
}

function footOf(log: PodLog, scene: Scene, below: number, shown: Parameters<typeof footParts>[0]): Safe[] {
  const isOpen = log.state === 'open' || log.state === 'asking';
  const parts = footParts(shown, scene, below, isOpen);
  if (log.message !== null && log.lines.length > 0) parts.unshift(log.message);
  return parts;
}
