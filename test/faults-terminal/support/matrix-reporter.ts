import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { matrixLine, matrixTable } from '../../faults/support/matrix-table.ts';
import type { Row } from '../../faults/support/rows.ts';
import { hostileRows, terminalRows } from './rows.ts';

const tables = {
  terminal: { title: '# What groundup does when the terminal fails', rows: terminalRows },
  hostile: { title: '# What hostile text and secrets can do to groundup', rows: hostileRows },
};

/** Writes what the rows measured into test/faults/terminal.md and hostile.md, when it is asked to (GROUNDUP_WRITE_MATRIX=1). */
export function matrixReporter(): Reporter {
  return {
    onTestRunEnd: modules => {
      if (process.env.GROUNDUP_WRITE_MATRIX !== '1') return;
      const results = [...modules].flatMap(resultsOf);
      for (const [name, { title, rows }] of Object.entries(tables)) {
        const path = fileURLToPath(new URL(`../../faults/${name}.md`, import.meta.url));
        writeFileSync(path, tableOf(title, rows, results));
      }
    },
  };
}

interface Result {
  readonly row: string;
  readonly measured: string;
  readonly state: 'passed' | 'failed' | 'skipped' | 'pending';
}

function resultsOf(module: TestModule): readonly Result[] {
  return [...module.children.allTests()].flatMap(test => {
    const row = /^([TS]\d+):/.exec(test.name)?.[1];
    return row === undefined ? [] : [{ row, measured: saidOf(test), state: test.result().state }];
  });
}

function saidOf(test: TestCase): string {
  if (test.result().state === 'skipped')
    return `not run: ${/\[skipped: (.*)\]$/.exec(test.name)?.[1] ?? '?'}`;
  return (
    test
      .meta()
      .measured?.map(one => one.text)
      .join('; ') ?? ''
  );
}

function tableOf(title: string, rows: Readonly<Record<string, Row>>, results: readonly Result[]): string {
  const lines = Object.entries(rows).map(([id, row]) => {
    const own = results.filter(one => one.row === id);
    const measured = own.map(one => one.measured).filter(text => text !== '');
    const cells = [id, row.fault, row.injection, row.behaviour, row.figure];
    const all = [...cells, row.elsewhere ?? measured.join('; '), verdictOf(row, own)];
    return matrixLine(all);
  });
  return matrixTable(
    title,
    [
      'Each row is one or more tests of `npm run test:faults`, which wrote this table. `npm test` plays the corpus and the dependencies of them.',
    ],
    lines,
    'on ',
  );
}

function verdictOf(row: Row, own: readonly Result[]): string {
  if (row.elsewhere !== undefined) return 'elsewhere';
  if (own.length === 0) return 'no test';
  if (own.some(one => one.state === 'failed')) return 'MISSED';
  return own.every(one => one.state === 'skipped') ? 'not run' : 'holds';
}
