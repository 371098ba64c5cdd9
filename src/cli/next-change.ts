import type { Session } from './session.ts';

/** Resolves with the next change of the session, after `withinMs` at the latest, or when `ends` resolves. */
export function nextChange(
  session: Pick<Session, 'onChange'>,
  withinMs: number,
  ends?: Promise<unknown>,
): Promise<void> {
  return new Promise(done => {
    const end = (): void => {
      clearTimeout(timer);
      undo();
      done();
    };
    const timer = setTimeout(end, withinMs);
    const undo = session.onChange(end);
    void ends?.then(end);
  });
}
