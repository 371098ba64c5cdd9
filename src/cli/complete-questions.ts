import type { Plan } from '../recovery/plan.ts';
import type { AppStore } from '../store/store.ts';

/** While a question is open, what it says about permissions and the lock is kept as fresh as this. */
const AGAIN_MS = 5_000;

/**
 * Completes the plan of an open question with what only the API server can tell. The question is shown at once; the answers
 * appear in it when they come, and whoever confirms before is asked the same at the start. Returns the undo.
 */
export function completeQuestions(
  store: AppStore,
  asked: (plan: Plan) => Promise<Plan>,
  everyMs = AGAIN_MS,
): () => void {
  let shown: Plan | null = null;
  let isAsking = false;
  let timer: NodeJS.Timeout | undefined;
  const current = (): Plan | null => {
    const { dialog } = store.getState();
    return dialog?.kind === 'confirm' && dialog.plan.steps.length > 0 ? dialog.plan : null;
  };
  const ask = async (): Promise<void> => {
    clearTimeout(timer);
    const plan = current();
    if (plan === null || isAsking) return;
    isAsking = true;
    const fresh = await asked(plan).catch(() => plan);
    isAsking = false;
    shown = isSame(plan, fresh) ? plan : fresh;
    store.setState(state =>
      state.dialog?.kind === 'confirm' && state.dialog.plan === plan && shown !== null && shown !== plan
        ? { ...state, dialog: { ...state.dialog, plan: shown } }
        : state,
    );
    timer = setTimeout(ask, current() === shown ? everyMs : 0);
    timer.unref();
  };
  const undo = store.subscribe(() => {
    const plan = current();
    if (plan === null) {
      clearTimeout(timer);
      shown = null;
    } else if (plan !== shown) void ask();
  });
  return () => {
    undo();
    clearTimeout(timer);
  };
}

function isSame(a: Plan, b: Plan): boolean {
  return (
    JSON.stringify([a.guards, a.takeOver, a.typedWord]) ===
    JSON.stringify([b.guards, b.takeOver, b.typedWord])
  );
}
