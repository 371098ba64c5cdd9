import { say } from '../../text/safe.ts';
import type { AppState, Dialog } from '../app-state.ts';
import { commandLine } from '../select/command-line.ts';
import { whyNotConfirmed } from '../select/confirm.ts';
import { isArmed } from '../select/remedies.ts';
import { firstKey } from '../taste.ts';
import { isActive, tell } from '../updates.ts';
import { type Circumstances, type Intent, type Outcome, only } from './intent.ts';
import { arm } from './recover.ts';

/** Keys typed before a question was on the screen do not answer it. */
export const GUARD_MS = 300;

/** Handles a key while a question is open. Only `cancel` works at once. */
export function answer(state: AppState, dialog: Dialog, intent: Intent, around: Circumstances): Outcome {
  if (intent.kind === 'leave') return only(state, { kind: 'quit' });
  if (intent.kind === 'cancel') return only({ ...state, dialog: null });
  if (around.now - dialog.openedAt < GUARD_MS) return only(state);
  if (dialog.kind === 'quit') return answerQuit(state, intent);
  if (dialog.kind === 'confirm' && intent.kind === 'copy') {
    const text = dialog.plan.steps.map(commandLine).join('\n');
    return only(tell(state, say`copied`, around.now), { kind: 'copy', text });
  }
  const word = dialog.kind === 'unlock' ? dialog.word : dialog.plan.typedWord;
  if (word === null) return answerKey(state, dialog, intent, around);
  if (intent.kind === 'submit') return dialog.typed === word ? accept(state, dialog, around) : only(state);
  return only({ ...state, dialog: { ...dialog, typed: typed(dialog.typed, intent) } });
}

function answerQuit(state: AppState, intent: Intent): Outcome {
  if (intent.kind !== 'type') return only(state);
  if (intent.text === 'y') return only(state, { kind: 'quit' });
  return intent.text === 'n' || intent.text === 'q' ? only({ ...state, dialog: null }) : only(state);
}

function answerKey(state: AppState, dialog: Dialog, intent: Intent, around: Circumstances): Outcome {
  if (intent.kind !== 'type') return only(state);
  if (intent.text === 'y') return accept(state, dialog, around);
  return intent.text === 'n' || intent.text === 'q' ? only({ ...state, dialog: null }) : only(state);
}

function accept(state: AppState, dialog: Dialog, around: Circumstances): Outcome {
  if (dialog.kind === 'unlock') return only(arm(state, around.now));
  if (dialog.kind !== 'confirm') return only(state);
  if (around.isReadable === false) return only(state);
  const closed = { ...state, dialog: null };
  const blocked = whyNotConfirmed(dialog);
  if (blocked !== null) return only(tell(state, say`cannot run now: ${blocked}`, around.now, 'bad'));
  if (isActive(state.runs.current))
    return only(tell(closed, say`another action has begun`, around.now, 'bad'));
  if (!isArmed(state, around.now))
    return only(
      tell(
        closed,
        say`the lock has closed: press ${firstKey(state.mode.taste, 'unlock', say`u`)}`,
        around.now,
        'bad',
      ),
    );
  return only(closed, { kind: 'start-run', plan: dialog.plan });
}

/** Typed text after one more key; bounded, because nobody confirms with a novel. */
function typed(text: string, intent: Intent): string {
  if (intent.kind === 'erase') return text.slice(0, -1);
  return intent.kind === 'type' ? (text + intent.text).slice(0, 120) : text;
}
