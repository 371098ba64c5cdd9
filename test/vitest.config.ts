import { defineConfig } from 'vitest/config';

/**
 * Tests run from the repository's top folder. Most of them wait for processes and sockets rather than compute, hence more
 * workers than cores.
 */
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/real/**', 'test/pack/**', 'node_modules/**', 'dist/**'],
    env: { COLUMNS: '120', LINES: '40', CI: '', NO_COLOR: '' },
    // Generous: what has to be quick is measured by the bench, and a busy machine must not turn a test red.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    maxWorkers: 4,
  },
});
