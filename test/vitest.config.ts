import { defineConfig } from 'vitest/config';

/**
 * Tests run from the repository's top folder. Most of them wait for processes and sockets rather than compute, hence more
 * workers than cores.
 */
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/real/**', 'node_modules/**', 'dist/**'],
    env: { COLUMNS: '120', LINES: '40', CI: '', NO_COLOR: '' },
    testTimeout: 20_000,
    maxWorkers: 4,
  },
});
