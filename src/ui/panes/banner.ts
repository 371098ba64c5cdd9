import type { Root } from '../../diagnosis/diagnosis.ts';
import type { Remedy } from '../../recovery/plan.ts';
import { type Banner, banner as select } from '../../store/select/banner.ts';
import { argvLine } from '../../store/select/command-line.ts';
import { isLookingAround, whyNoneOffered } from '../../store/select/remedies.ts';
import { firstKey } from '../../store/taste.ts';
import { join, type Safe, say } from '../../text/safe.ts';
import { width } from '../../text/width.ts';
import { age, moment } from '../format.ts';
import { blank, clipRow, columnsOf, line, type Row, span, spread, wrapped, wrappedTo } from '../row.ts';
import { verdictGlyph, verdictTone } from '../theme.ts';
import { counting } from './countdown.ts';
import { rootLine, shorter } from './root-line.ts';
import { endedRun, running } from './run-banner.ts';
import type { Scene } from './scene.ts';
import { shortCommand } from './short-command.ts';

/** Below this, the facts give way to a command that is seen whole. */
const NARROW = 100;

/** The first thing to read: what is wrong and which key repairs it. At most `rows` lines of `columns`. */
export function banner(scene: Scene, columns: number, rows: number): Row[] {
  const lines = draw(select(scene.state), scene, columns, rows);
  return lines.slice(0, rows).map(row => clipRow(row, columns, scene.look));
}

function draw(found: Banner, scene: Scene, columns: number, rows: number): Row[] {
  const isShort = columns < NARROW;
  switch (found.kind) {
    case 'nothing':
      return [line(say` ? nobody looked at this moment: nothing is remembered`, 'unknown')];
    case 'connecting':
      return [line(say` ? connecting to ${found.server}`, 'unknown')];
    case 'running':
      return running(found.run, scene, columns);
    case 'ended':
      return endedRun(found.run);
    case 'countdown':
      return counting(found, scene, columns);
    case 'root':
      return isShort ? narrowRoot(found, scene, columns, rows) : root(found, scene, columns, rows);
    case 'unclear':
      return unclear(found);
    case 'calm':
      return [calm(found, scene)];
  }
}

type Rooted = Extract<Banner, { kind: 'root' }>;

const LEAD = say` ✗ ROOT CAUSE  `;

function root(found: Rooted, scene: Scene, columns: number, rows: number): Row[] {
  const { root: cause, fix } = found;
  if (fix !== null && !fitsOneLine(fix, columns)) return narrowRoot(found, scene, columns, rows);
  const facts = factsOf(cause, scene);
  const { layers, apps } = cause.explains;
  if (layers.length > 0 || apps > 0) facts.push(explains(layers.length, apps));
  facts.push(say`confidence ${cause.confidence as Safe}`);
  const { healing } = scene.state;
  if (healing?.why != null && healing.state !== 'stopped')
    facts.unshift(
      healing.state === 'human' ? say`left to you: ${healing.why}` : say`heals later: ${healing.why}`,
    );
  if (found.others > 0)
    facts.push(found.others === 1 ? say`1 other cause` : say`${found.others} other causes`);
  const second = line(say`               ${join(facts, ' · ')}`, 'dim');
  return [rootRow(found, columns), second, fixRow(found, scene, columns)];
}

/** What is known of how it began; with the clock off as a time of day, which stays true. */
function factsOf(cause: Root, { state, time }: Scene): Safe[] {
  if (cause.since === null) return cause.cause === null ? [] : [cause.cause];
  const since = age(time - cause.since, true);
  const began = moment(cause.since, time);
  if (cause.cause !== null)
    return [state.mode.clock ? say`${cause.cause}, ${since} ago` : say`${cause.cause}, at ${began}`];
  if (!state.mode.clock) return [say`since ${began}`];
  return cause.summary.includes(since) ? [] : [say`for ${since}`];
}

function rootRow({ root: cause, title }: Rooted, columns: number): Row {
  return [span(LEAD, 'bad'), span(rootLine(cause, title, columns - width(LEAD)).text, 'strong')];
}

/** The cause in two lines where there is room and one does not hold it; then the command, or the reason why it cannot be run. */
function narrowRoot(found: Rooted, scene: Scene, columns: number, rows: number): Row[] {
  const { root: cause, title, fix } = found;
  const room = columns - width(LEAD);
  const isBlocked = fix !== null && fix.blockedBy !== null && !isByHand(fix);
  const mayWrap = rows > (isBlocked ? 3 : 2) && !rootLine(cause, title, room).isWhole;
  const texts = shorter(cause, title).slice(0, -1);
  const text = texts.find(one => wrapped(one, room, scene.look).length <= 2) ?? texts.at(-1) ?? cause.summary;
  const [first = blank, second] = mayWrap
    ? wrappedTo(2, text, room, scene.look, 'strong')
    : [line(rootLine(cause, title, room).text, 'strong')];
  const head: Row[] = [[span(LEAD, 'bad'), ...first]];
  if (second !== undefined) head.push([span(' '.repeat(width(LEAD)) as Safe), ...second]);
  return [...head, ...shortFix(fix, scene, columns, rows - head.length)];
}

function explains(layers: number, apps: number): Safe {
  const parts: Safe[] = [];
  if (layers > 0) parts.push(layers === 1 ? say`1 layer` : say`${layers} layers`);
  if (apps > 0) parts.push(apps === 1 ? say`1 application` : say`${apps} applications`);
  return say`explains ${join(parts, ' and ')}`;
}

function fixRow({ fix }: Rooted, scene: Scene, columns: number): Row {
  if (fix === null) return nothingOffered(scene, say`   `);
  const left = isByHand(fix)
    ? [span(say`   by hand     `), span(commandOf(fix), 'key')]
    : [...keyOfFix(scene), span(commandOf(fix), 'key')];
  const then = after(fix);
  const isShown = width(then) + columnsOf(left) <= columns;
  const right = isShown ? [span(then, fix.blockedBy === null || isByHand(fix) ? 'dim' : 'warn')] : blank;
  return spread(left, right, columns, scene.look);
}

function nothingOffered({ state }: Scene, indent: Safe): Row {
  const more = isLookingAround(state) ? say`` : say`: Why and Events say more`;
  return line(say`${indent}${whyNoneOffered(state)}${more}`, 'dim');
}

/** The key offers it now only: of the past it is told what was offered. */
function keyOfFix(scene: Scene): Row {
  return scene.state.view.asOf === null
    ? [span(say`   ${fixKey(scene)}  `, 'key'), span(say`repair   `)]
    : [span(say`   offered then   `, 'dim')];
}

function fixKey({ state }: Scene): Safe {
  return firstKey(state.mode.taste, 'fix', say`F`);
}

/** The command in as many lines as there are, shortened where they do not hold it; what comes after it, if a line is left. */
function shortFix(fix: Remedy | null, scene: Scene, columns: number, rows: number): Row[] {
  if (fix === null) return [nothingOffered(scene, say` `)];
  const then = after(fix);
  const isBlocked = fix.blockedBy !== null && !isByHand(fix);
  const isPast = scene.state.view.asOf !== null;
  const lead = isByHand(fix) ? say` by hand  ` : isPast ? say` then ` : say` ${fixKey(scene)}  `;
  const room = columns - width(lead) - 1;
  const lines = Math.max(1, Math.min(2, isBlocked ? rows - 1 : rows));
  const whole = wrapped(commandOf(fix), room, scene.look, 'key');
  const short = shortCommand(mainCommand(fix), room);
  const command = whole.length <= lines ? whole : wrappedTo(lines, short, room, scene.look, 'key');
  const indent = ' '.repeat(width(lead)) as Safe;
  const commandRows = command.map((row, i) => [span(i === 0 ? lead : indent, 'key'), ...row]);
  return then === ''
    ? commandRows
    : [...commandRows, line(say`  ${then}`, fix.blockedBy === null ? 'dim' : 'warn')];
}

/** The reason why it cannot be run must be readable; what follows the first command may be left out. */
function fitsOneLine(fix: Remedy, columns: number): boolean {
  const reason = fix.blockedBy === null ? 0 : width(after(fix));
  return width(commandOf(fix)) + reason + 15 <= columns;
}

function commandOf(fix: Remedy): Safe {
  const main = mainCommand(fix);
  return main.length === 0 ? fix.title : argvLine(main);
}

function mainCommand(fix: Remedy): readonly Safe[] {
  return fix.commands[mainStep(fix)] ?? [];
}

/** Advice with commands to type elsewhere; no key runs it. */
function isByHand(fix: Remedy): boolean {
  return fix.plan.steps.length === 0;
}

/** The step that repairs: what only prepares for a tool (keeping Flux away) says little. */
function mainStep({ plan, commands }: Remedy): number {
  const at = plan.steps.length === commands.length ? plan.steps.findIndex(step => step.kind === 'tool') : 0;
  return Math.max(0, at);
}

/** What goes with the command, or why it cannot be run now. */
function after(fix: Remedy): Safe {
  if (isByHand(fix)) return say`  ${fix.title} `;
  if (fix.blockedBy !== null) return say`  not now: ${fix.blockedBy} `;
  const at = mainStep(fix);
  if (at > 0) return say`  step ${at + 1} of ${fix.plan.steps.length} `;
  const more = fix.plan.steps.length - 1;
  if (more <= 0) return '' as Safe;
  return more === 1 ? say`  then 1 more step ` : say`  then ${more} more steps `;
}

function unclear(found: Extract<Banner, { kind: 'unclear' }>): Row[] {
  const { verdict } = found;
  const word = {
    progressing: say`moving`,
    degraded: say`degraded`,
    down: say`down`,
    unknown: say`cannot be judged`,
  }[verdict];
  const names = found.layers.map(layer => layer.title);
  const first = found.layers[0];
  return [
    [
      span(say` ${verdictGlyph[verdict]} `, verdictTone[verdict]),
      span(say`${join(names, ', ')}: ${word}`, 'strong'),
    ],
    first === undefined ? blank : line(say`   ${first.summary}`, 'dim'),
  ];
}

function calm(found: Extract<Banner, { kind: 'calm' }>, scene: Scene): Row {
  const parts: Safe[] = [
    found.since === null || scene.time - found.since < 60_000
      ? say`all eight layers healthy`
      : say`all eight layers healthy for ${age(scene.time - found.since)}`,
  ];
  if (found.quiet > 0) parts[0] = say`healthy; ${found.quiet} of eight layers cannot be seen now`;
  if (found.asWanted > 0) parts.push(say`${found.asWanted} components as wanted`);
  if (found.behind.length > 0) parts.push(say`not as wanted: ${join(found.behind, ', ')}`);
  return [span(say` ● `, 'ok'), span(join(parts, ' · '))];
}
