import { defineConfig } from 'vitest/config';

/** What is handed out, installed and run as its users do. Needs npm's registry for other Nodes; one file after the other. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/pack/**/*.test.ts'],
    env: { COLUMNS: '120', LINES: '40', CI: '', NO_COLOR: '' },
    testTimeout: 180_000,
    hookTimeout: 300_000,
    maxWorkers: 1,
  },
});
