import { defineConfig } from 'vitest/config';

/** The whole product, started as a user starts it, used through its real doors. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/e2e/**/*.test.ts'],
    globalSetup: ['test/e2e/start-product.ts'],
    fileParallelism: false,
    sequence: { groupOrder: 0 },
    // no test is timed: these end what hangs
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
