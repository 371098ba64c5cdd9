import { test } from 'vitest';
import { allRows, type RowId } from './rows.ts';

/** `npm run test:faults` does everything as often as the matrix says; `npm test` does it once or twice. */
export const isFull = process.env.FAULTS === 'full';

/** What the matrix is made of; travels with the test's own result. */
declare module 'vitest' {
  interface TaskMeta {
    measured?: { readonly row: RowId; readonly text: string }[];
  }
}

export interface RowOptions {
  readonly what?: string;
  /** Why it cannot run here; then it is skipped with this sentence. */
  readonly skip?: string | false | undefined;
  readonly withinMs?: number;
}

/** A row as a test; `measured` is what the matrix says of it. */
export function rowTest(
  row: RowId,
  { what = '', skip, withinMs = 60_000 }: RowOptions,
  run: (measured: (text: string) => void) => void | Promise<void>,
): void {
  const { fault, behaviour } = allRows[row];
  const detail = what === '' ? '' : ` (${what})`;
  const reason = typeof skip === 'string' ? ` [skipped: ${skip}]` : '';
  const title = `${row}: ${fault}${detail}: ${behaviour}${reason}`;
  test.skipIf(typeof skip === 'string')(title, { timeout: isFull ? 900_000 : withinMs }, async ({ task }) => {
    const said: string[] = [];
    await run(text => said.push(text));
    const text = [what, said.join(', ')].filter(part => part !== '').join(': ');
    task.meta.measured = [{ row, text }];
  });
}

/** `1.3 s` or `40 ms`. */
export function seconds(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

export function pause(ms: number): Promise<void> {
  return new Promise(done => setTimeout(done, ms));
}
