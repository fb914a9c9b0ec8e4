import { defineConfig } from 'vitest/config';

/** Tests of what runs in Node.js: the lab and the scripts. */
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['scripts/**/*.test.ts'],
    environment: 'node',
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
