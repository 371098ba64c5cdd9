import type { Watch } from './watch.ts';

/** Resolves when the condition holds, looked at after every change and ten times a second; throws with `what` at the deadline. */
export async function until(
  live: Watch,
  holds: () => boolean,
  withinMs: number,
  what: string,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`${what} within ${Math.round(withinMs / 1000)} s`);
    await new Promise<void>(wake => {
      const timer = setTimeout(done, 100);
      const undo = live.cluster.onChange(done);
      function done(): void {
        clearTimeout(timer);
        undo();
        wake();
      }
    });
  }
}
