import type { Guard, Plan } from '../../recovery/plan.ts';
import type { Dialog } from '../../store/app-state.ts';
import { commandLine } from '../../store/select/command-line.ts';
import { whyNotConfirmed } from '../../store/select/confirm.ts';
import { type Safe, say } from '../../text/safe.ts';
import { width } from '../../text/width.ts';
import { box, innerColumns } from '../box.ts';
import { stopwatch } from '../format.ts';
import { blank, clipRow, columnsOf, line, type Row, type Span, span, wrapped } from '../row.ts';
import type { Tone } from '../theme.ts';
import type { Scene } from './scene.ts';

const LABEL = 11;

export interface DialogBox {
  readonly rows: readonly Row[];
  /** False when the terminal is too small to show what would be run: then it cannot be confirmed either. */
  readonly isReadable: boolean;
}

/** The open question as a box of at most `columns` by `rows`. What must be typed is always in it. */
export function dialogBox(dialog: Dialog, scene: Scene, columns: number, rows: number): DialogBox {
  const inner = innerColumns(columns);
  const { head: roomy, short, foot, vital } = content(dialog, scene, inner);
  const room = Math.max(1, rows - 2 - foot.length);
  const head = roomy.length > room && short !== undefined ? short : roomy;
  const isCut = head.length > room;
  const shown = isCut
    ? [...head.slice(0, Math.max(0, room - 1)), line(say`… a larger terminal shows the rest`, 'warn')]
    : head;
  const all = [...shown, ...foot].slice(0, Math.max(1, rows - 2));
  const { title, corner, tone } = frameOf(dialog, scene);
  const options = {
    title: [span(' ' as Safe), span(title, 'strong')],
    corner,
    tone,
    columns,
    rows: all.length + 2,
  };
  return { rows: box(all, options, scene.look), isReadable: !isCut || room - 1 >= vital };
}

interface Content {
  readonly head: readonly Row[];
  /** The same with the weightiest lines first, for when not all of them fit. */
  readonly short?: readonly Row[];
  readonly foot: readonly Row[];
  /** Lines of the head that must be seen before anything is confirmed. */
  readonly vital: number;
}

function content(dialog: Dialog, scene: Scene, columns: number): Content {
  if (dialog.kind === 'confirm') return confirm(dialog, scene, columns);
  if (dialog.kind === 'quit') {
    return {
      vital: 1,
      head: [
        blank,
        line(say`An action is running. It goes on without this screen;`),
        line(say`the next groundup shows it again.`),
        blank,
      ],
      foot: [
        [span(say`Quit?  `), span(say`y`, 'key'), span(say` yes   `), span(say`n`, 'key'), span(say` no`)],
      ],
    };
  }
  return {
    vital: 2,
    head: [
      blank,
      ...wrapped(say`${dialog.word} is protected. Type its name to open the lock.`, columns, scene.look),
      blank,
    ],
    foot: [
      [...typedSpans(dialog.word, say`open the lock`, dialog.typed)],
      [
        span(say`Enter`, 'key'),
        span(say` when typed   `, 'dim'),
        span(say`Esc`, 'key'),
        span(say` cancel`, 'dim'),
      ],
    ],
  };
}

function confirm(dialog: Extract<Dialog, { kind: 'confirm' }>, scene: Scene, columns: number): Content {
  const { plan } = dialog;
  const top = [
    line(plan.title, 'strong'),
    blank,
    ...labelled(say`cluster`, clusterText(plan), scene, columns, 'plain'),
    ...commandRows(plan, scene, columns),
  ];
  const guards = guardRows(plan.guards, scene, columns);
  const changes = labelled(say`changes`, plan.effect, scene, columns);
  const takes = labelled(say`takes`, plan.takes, scene, columns);
  const success = labelled(say`success`, plan.success.text, scene, columns);
  const head = [blank, ...top, ...changes, ...takes, ...success, ...guards, blank];
  const short = [...top, ...guards, ...changes, ...success, ...takes];
  const foot = confirmFoot(dialog, scene, columns);
  return { vital: top.length, head, short, foot };
}

/** What may happen and how to answer; or why there is nothing to answer. */
function confirmFoot(
  dialog: Extract<Dialog, { kind: 'confirm' }>,
  { look }: Scene,
  columns: number,
): readonly Row[] {
  const { plan, typed } = dialog;
  const blocked = whyNotConfirmed(dialog);
  const copy = [span(say`Ctrl-Y`, 'key'), span(say` copy the command   `, 'dim')];
  const cancel = [span(say`Esc`, 'key'), span(say` cancel   `, 'dim'), ...copy];
  if (blocked !== null) return [...wrapped(say`Cannot be run now: ${blocked}`, columns, look, 'bad'), cancel];
  const risk = riskOf(plan);
  const warning = risk === null ? [] : wrapped(risk, columns, look, 'warn');
  if (plan.typedWord === null) {
    const ask = [span(say`y`, 'key'), span(say` run it   `), span(say`n`, 'key'), span(say` no`)];
    return [...warning, ask, cancel];
  }
  const enter = span(say`Enter runs it once the word is there`, 'dim');
  return [...warning, typedSpans(plan.typedWord, say`run it`, typed), [...cancel, enter]];
}

function frameOf(dialog: Dialog, { state, now }: Scene): { title: Safe; corner: Row; tone: Tone } {
  if (dialog.kind === 'quit') return { title: say`Quit`, corner: blank, tone: 'warn' };
  if (dialog.kind === 'unlock') return { title: say`Unlock`, corner: blank, tone: 'warn' };
  const { danger } = dialog.plan;
  const left = state.lock.armedUntil === null ? null : state.lock.armedUntil - now;
  const corner =
    left === null ? blank : [span(left > 0 ? say`armed ${stopwatch(left)}` : say`locked`, 'warn')];
  return { title: say`Confirm · danger ${danger} of 4`, corner, tone: danger >= 3 ? 'bad' : 'warn' };
}

function clusterText({ cluster }: Plan): Safe {
  const id = cluster.uid === null ? ('' as Safe) : say` · kube-system ${cluster.uid.slice(0, 8) as Safe}`;
  return say`${cluster.context} · ${cluster.server}${id}`;
}

function commandRows(plan: Plan, scene: Scene, columns: number): Row[] {
  const where = plan.steps.find(step => step.kind === 'tool');
  const rows = plan.steps.flatMap((step, i) => {
    const number = plan.steps.length === 1 ? ('' as Safe) : say`${i + 1}. `;
    return labelled(
      i === 0 ? say`runs` : ('' as Safe),
      say`${number}${commandLine(step)}`,
      scene,
      columns,
      'key',
    );
  });
  if (where?.kind !== 'tool') return rows;
  // What only keeps helmfile quiet is no news to who confirms.
  const told = Object.keys(where.env).filter(name => !name.startsWith('HELMFILE_'));
  const set = told.slice(0, 4).join(' ') as Safe;
  const note = set === '' ? say`in ${where.cwd as Safe}` : say`in ${where.cwd as Safe} · ${set} set`;
  return [...rows, ...labelled('' as Safe, note, scene, columns, 'dim')];
}

const guardMarks: Readonly<Record<Guard['state'], readonly [Safe, Tone]>> = {
  passed: ['✓ ' as Safe, 'ok'],
  warning: ['▲ ' as Safe, 'warn'],
  blocking: ['✗ ' as Safe, 'bad'],
};

/** Guards one after another on as few lines as they need, those that object first. */
function guardRows(guards: readonly Guard[], scene: Scene, columns: number): Row[] {
  const order = { blocking: 0, warning: 1, passed: 2 };
  const room = columns - LABEL - 2;
  const lines: Span[][] = [];
  // The last line, where more fits behind it; what was wrapped stands alone.
  let open: Span[] | undefined;
  for (const guard of guards.toSorted((a, b) => order[a.state] - order[b.state])) {
    const [mark, tone] = guardMarks[guard.state];
    if (width(guard.text) + 2 > room) {
      // What objects must be readable to its end.
      const rows = wrapped(guard.text, room - 2, scene.look, tone === 'ok' ? 'plain' : tone);
      lines.push(...rows.map((row, i) => [span(i === 0 ? mark : ('  ' as Safe), tone), ...row]));
      open = undefined;
      continue;
    }
    const piece = [span(mark, tone), span(guard.text, tone === 'ok' ? 'plain' : tone)];
    const next = [span('  ' as Safe), ...piece];
    if (open !== undefined && columnsOf([...open, ...next]) <= room) open.push(...next);
    else {
      open = piece;
      lines.push(open);
    }
  }
  return lines.map((row, i) => [
    labelSpan(i === 0 ? say`guards` : ('' as Safe)),
    ...clipRow(row, room, scene.look),
  ]);
}

function labelSpan(label: Safe): Span {
  return span((label === '' ? '' : `  ${label}`).padEnd(LABEL + 2) as Safe, 'dim');
}

function labelled(label: Safe, text: Safe, scene: Scene, columns: number, tone: Tone = 'plain'): Row[] {
  const rows = wrapped(text, columns - LABEL - 2, scene.look, tone);
  return rows.map((row, i) => [labelSpan(i === 0 ? label : ('' as Safe)), ...row]);
}

function riskOf({ danger }: Plan): Safe | null {
  if (danger === 4) return say`This can lose data.`;
  return danger === 3 ? say`This can interrupt what runs on the cluster.` : null;
}

function typedSpans(word: Safe, purpose: Safe, typed: string): Row {
  return [
    span(say`Type  `),
    span(word, 'key'),
    span(say`  to ${purpose}:  `),
    span(typed as Safe, 'strong'),
    span('▏' as Safe),
  ];
}
