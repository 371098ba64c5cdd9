import { refText } from '../../cluster/object-ref.ts';
import type { Detail } from '../../store/looking.ts';
import type { Fact } from '../../store/select/fact.ts';
import { knownObject, objectFacts, readingOf, shownWord } from '../../store/select/object-facts.ts';
import { shownText } from '../../store/select/shown-text.ts';
import { join, type Safe, say } from '../../text/safe.ts';
import { age, clock } from '../format.ts';
import type { Scene } from '../panes/scene.ts';
import { blank, line, type Row, span, spread, wrapped } from '../row.ts';
import { type Page, scrolled } from './page.ts';
import { podLog } from './pod-log.ts';
import { footParts } from './text-foot.ts';
import { textPane } from './text-pane.ts';
import { yamlRows } from './yaml.ts';

/** One object in full: what it says of itself, what happened to it, what belongs to it; or its YAML, or its log. */
export function detail(shown: Detail, scene: Scene, columns: number, rows: number): Page {
  if (shown.show === 'log') return podLog(scene, columns, rows);
  return shown.show === 'yaml' ? yaml(shown, scene, columns, rows) : facts(shown, scene, columns, rows);
}

function facts(shown: Detail, scene: Scene, columns: number, rows: number): Page {
  const { ref } = shown;
  const all = objectFacts(scene.state, ref);
  const body: Row[] = [];
  let links = 0;
  let chosenRow: number | null = null;
  for (const one of all) {
    const isChosen = one.link !== undefined && links === shown.link;
    if (one.link !== undefined) links += 1;
    if (one.tone === 'strong' && one.indent === 0) body.push(blank);
    if (isChosen) chosenRow = body.length;
    body.push(...factRows(one, scene, columns, isChosen));
  }
  const head = headRows(shown, scene, columns);
  const foot = rows >= 8 ? [line(keysOf(links), 'dim')] : [];
  const room = Math.max(1, rows - head.length - foot.length);
  const start = startOf(shown, body.length, room, chosenRow);
  const page = scrolled(body, start, room);
  const filled = Array.from({ length: room }, (_, i) => page.rows[i] ?? blank);
  return { rows: [...head, ...filled, ...foot], page: room, total: body.length, start };
}

/** The page follows the selected link until it is scrolled by hand. */
function startOf(shown: Detail, total: number, rows: number, chosen: number | null): number {
  const from = Math.max(0, Math.min(shown.scroll, total - rows));
  if (!shown.isRevealed || chosen === null) return from;
  if (chosen < from) return chosen;
  return chosen >= from + rows ? chosen - rows + 1 : from;
}

function keysOf(links: number): Safe {
  const parts = [say`y YAML`, say`L logs`];
  if (links > 0) parts.push(say`Tab next link, Enter opens it`);
  return join([...parts, say`Esc back`], ' · ');
}

function headRows({ ref }: Detail, scene: Scene, columns: number): Row[] {
  const word = shownWord(scene.state, ref);
  const mark = word === null ? [] : [span(say` ${word.word}`, word.tone)];
  const note =
    word === null || word.note === '' ? [] : wrapped(word.note, columns, scene.look, 'dim').slice(0, 2);
  return [spread(line(refText(ref), 'strong'), mark, columns, scene.look), ...note];
}

function factRows(one: Fact, scene: Scene, columns: number, isChosen: boolean): Row[] {
  const lead = (isChosen ? '▸ ' : '') as Safe;
  const indent = ' '.repeat(one.indent) as Safe;
  const since =
    one.since == null
      ? ('' as Safe)
      : say` ${age(scene.time - one.since, scene.time - one.since < 3_600_000)}`;
  const tone = isChosen ? 'key' : one.tone;
  // Messages of several lines come as one with marks where they ended: here is room to break them there again.
  const [first = blank, ...others] = say`${lead}${one.text}`
    .split('↵')
    .flatMap(part => wrapped(part as Safe, columns - since.length, scene.look, tone, indent));
  const isShort = others.length === 0 && one.note !== undefined && one.note !== '';
  const note = isShort ? [span(say` ${one.note ?? ('' as Safe)}`, 'dim')] : [];
  const more =
    one.note !== undefined && one.note !== '' && !isShort
      ? wrapped(one.note, columns, scene.look, 'dim', say`${indent}  `)
      : [];
  if (since === '') return [[...first, ...note], ...others, ...more];
  // An age right behind a short text reads better than one at the far edge.
  return one.tone === 'dim' && one.indent === 0
    ? [[...first, ...note, span(say`${since} ago`, 'dim')], ...others, ...more]
    : [spread([...first, ...note], [span(since, 'dim')], columns, scene.look), ...others, ...more];
}

/** The whole object as the API server gave it; while it cannot be had, what the watch keeps of it. */
function yaml(shown: Detail, scene: Scene, columns: number, rows: number): Page {
  const reading = readingOf(scene.state, shown.ref);
  const text = shownText(scene.state);
  const title = line(say`${refText(shown.ref)} · YAML`, 'strong');
  if (reading === null || text === null || reading.state !== 'read')
    return keptYaml(shown, scene, columns, rows);
  const room = Math.max(1, rows - 3);
  const none = [line(say`no line holds what is searched for`, 'dim')];
  const page =
    text.lines.length === 0
      ? { rows: Array.from({ length: room }, (_, i) => none[i] ?? blank), page: room, below: 0 }
      : textPane(
          text,
          index => ({ lead: [], text: text.lines[index]?.text ?? ('' as Safe), tone: 'plain' }),
          scene,
          columns,
          room,
        );
  const parts = footParts(text, scene, page.below, false);
  if (reading.cut > 0) parts.push(say`${reading.cut} lines beyond the bound are not shown`);
  parts.push(say`read at ${clock(reading.at, scene.now)}`);
  return {
    rows: [title, blank, ...page.rows, line(join(parts, ' · '), 'dim')],
    page: page.page,
    total: text.lines.length,
  };
}

function keptYaml(shown: Detail, scene: Scene, columns: number, rows: number): Page {
  const reading = readingOf(scene.state, shown.ref);
  const why = reading?.message ?? say`asking the API server for the whole object`;
  const known = knownObject(scene.state, shown.ref);
  const kept =
    known === null ? [] : [line(say`what the watch keeps of it:`, 'dim'), ...yamlRows(known.object)];
  return scrolled(
    [
      line(say`${refText(shown.ref)} · YAML`, 'strong'),
      ...wrapped(why, columns, scene.look, reading?.state === 'failed' ? 'warn' : 'dim'),
      blank,
      ...kept,
    ],
    shown.scroll,
    rows,
  );
}
