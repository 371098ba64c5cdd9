import { defineConfig } from 'vitest/config';
import { matrixReporter } from './support/matrix-reporter.ts';

/** Terminal and hostile rows as often as the matrix says. With GROUNDUP_WRITE_MATRIX=1 what was measured goes into test/faults. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: [
      'test/faults-terminal/**/*.test.{ts,tsx}',
      'test/hostile/**/*.test.ts',
      'test/e2e/every-fault.test.ts',
      'test/cli/drill.test.ts',
    ],
    env: { COLUMNS: '120', LINES: '40', CI: '', NO_COLOR: '', FAULTS: 'full' },
    testTimeout: 900_000,
    maxWorkers: 2,
    reporters: ['default', matrixReporter()],
  },
});
