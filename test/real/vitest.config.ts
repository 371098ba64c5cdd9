import { defineConfig } from 'vitest/config';

/** The suite on a real cluster: by hand, one test after the other, since they break and repair the same cluster. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/real/**/*.test.ts'],
    env: { CI: '', NO_COLOR: '' },
    testTimeout: 500_000,
    hookTimeout: 300_000,
    fileParallelism: false,
    sequence: { concurrent: false },
  },
});
