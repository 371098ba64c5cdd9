import { defineConfig } from 'vitest/config';
import { matrixReporter } from './support/matrix-reporter.ts';

/**
 * The whole fault matrix with the limits that a user has, so a row may wait for minutes: rows of one file run side by
 * side. With GROUNDUP_WRITE_MATRIX=1 the measured values go into matrix.md.
 */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/faults/**/*.test.ts'],
    env: { COLUMNS: '120', LINES: '40', CI: '', NO_COLOR: '', FAULTS: 'full' },
    testTimeout: 480_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    maxConcurrency: 4,
    sequence: { concurrent: true },
    reporters: ['default', matrixReporter()],
  },
});
