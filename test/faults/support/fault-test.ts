import { expect, test } from 'vitest';
import { type RowId, rows } from './rows.ts';
import { isFull } from './settings.ts';
import { openStage, type Stage, type StageOptions } from './stage.ts';

/** What the report is made of; travels with the test's own result. */
export interface Measured {
  readonly row: RowId;
  readonly measured: string;
}

declare module 'vitest' {
  interface TaskMeta {
    faults?: Measured[];
  }
}

export interface Act {
  readonly open: (options?: StageOptions) => Promise<Stage>;
  /** What the matrix says; several are joined. */
  readonly measured: (text: string) => void;
  /** Runs when the row is over, whatever came of it. */
  readonly afterwards: (task: () => unknown) => void;
}

/** Rows that mostly wait, or take long: not for every commit. */
const long: readonly RowId[] = [
  ...(['N3', 'N5', 'N6', 'N7', 'N8', 'N13', 'N14', 'N15', 'N16'] as const),
  ...(['N24', 'N29', 'N32', 'N35', 'N37'] as const),
];

/** A row as a test: it ends with every stage closed, and fails when one of them showed what nobody had confirmed. */
export function faultTest(
  row: RowId,
  what: string,
  run: (act: Act) => Promise<void>,
  timeoutMs = 90_000,
): void {
  const { fault, behaviour } = rows[row];
  const detail = what === '' ? '' : ` (${what})`;
  test.skipIf(!isFull && long.includes(row))(
    `${row}: ${fault}${detail}: ${behaviour}`,
    { timeout: isFull ? 480_000 : timeoutMs },
    async ({ task }) => {
      const ends: (() => unknown)[] = [];
      const said: string[] = [];
      const stages: Stage[] = [];
      try {
        await run({
          open: async options => {
            const stage = await openStage({ ...options, onOpen: one => stages.push(one) });
            return stage;
          },
          measured: text => said.push(text),
          afterwards: end => ends.push(end),
        });
      } finally {
        for (const stage of stages) await stage.close();
        for (const end of ends) await end();
      }
      expect(
        stages.flatMap(stage => stage.lies()),
        'claims that nobody confirmed',
      ).toEqual([]);
      task.meta.faults = [{ row, measured: [what, said.join(', ')].filter(part => part !== '').join(': ') }];
    },
  );
}

/** `1.3 s` or `40 ms`. */
export function seconds(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
