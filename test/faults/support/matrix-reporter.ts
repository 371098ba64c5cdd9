import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import type { Measured } from './fault-test.ts';
import { matrixLine, matrixTable } from './matrix-table.ts';
import { type Row, type RowId, rows } from './rows.ts';

const path = fileURLToPath(new URL('../matrix.md', import.meta.url));

/** Prints one line a row when the suite is over, and writes the table when it is asked to (GROUNDUP_WRITE_MATRIX=1). */
export function matrixReporter(): Reporter {
  return {
    onTestRunEnd: modules => {
      const results = [...modules].flatMap(resultsOf);
      const table = tableOf(results);
      if (process.env.GROUNDUP_WRITE_MATRIX === '1') writeFileSync(path, table);
      process.stdout.write(`\n${table}\n`);
    },
  };
}

/** The lines of the table as it stands: a run of a few files leaves the others' rows alone. */
function earlierRows(): ReadonlyMap<string, string> {
  if (!existsSync(path)) return new Map();
  const lines = readFileSync(path, 'utf8').split('\n');
  return new Map(
    lines.flatMap(line => {
      const id = /^\| (N\d+) \|/.exec(line)?.[1];
      return id === undefined ? [] : [[id, line] as const];
    }),
  );
}

interface Result extends Measured {
  readonly passed: boolean;
}

function resultsOf(module: TestModule): readonly Result[] {
  return [...module.children.allTests()].flatMap(test => {
    const id = /^(N\d+):/.exec(test.name)?.[1] as RowId | undefined;
    return id === undefined || test.result().state === 'skipped'
      ? []
      : [{ row: id, measured: saidOf(test), passed: test.result().state === 'passed' }];
  });
}

function saidOf(test: TestCase): string {
  return (
    test
      .meta()
      .faults?.map(one => one.measured)
      .join('; ') ?? ''
  );
}

function tableOf(results: readonly Result[]): string {
  const earlier = earlierRows();
  const lines = (Object.entries(rows) as [RowId, Row][]).map(([id, row]) => {
    const own = results.filter(one => one.row === id);
    const before = own.length === 0 && row.elsewhere === undefined ? earlier.get(id) : undefined;
    if (before !== undefined) return before;
    const measured = own
      .map(one => one.measured)
      .filter(text => text !== '')
      .join('; ');
    const verdict =
      row.elsewhere !== undefined
        ? 'elsewhere'
        : own.length === 0
          ? 'no test'
          : own.every(one => one.passed)
            ? 'holds'
            : 'MISSED';
    const cells = [
      id,
      row.fault,
      row.injection,
      row.behaviour,
      row.figure,
      row.elsewhere ?? measured,
      verdict,
    ];
    return matrixLine(cells);
  });
  return matrixTable(
    '# What groundup does when the network lies',
    [
      'Each row is a test of `npm run test:faults`, which wrote this table: groundup, the whole of it but the terminal, watches a simulated',
      'cluster through a server that spoils the way in between. While a row runs, every frame is held against what that server knows to be',
      'true; a layer that is shown green without a confirmation within its limit fails the row. `npm test` plays every',
      'fault of the simulation and fails when a layer that it breaks is shown green.',
    ],
    lines,
    'with the limits that a user has, on ',
  );
}
