import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

/** Tests of what runs on Cloudflare, in workerd. */
export default defineConfig(async () => ({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: './wrangler.toml' },
      remoteBindings: false,
      verbose: false,
      miniflare: {
        r2Buckets: ['ARCHIVE'],
        bindings: {
          CONTROL_MIGRATIONS: await readD1Migrations('./db/control/migrations'),
          EVIDENCE_MIGRATIONS: await readD1Migrations('./db/evidence/migrations'),
          ENVIRONMENT: 'development',
          SEALING_KEYS: 'k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=',
          OPERATOR_TOKEN: 'test-operator-token',
          INGEST_SPOOL: 'off',
          CONSOLE_URL: 'https://console.test',
        },
      },
    }),
  ],
  test: {
    include: ['workers/**/*.test.ts', 'db/**/*.test.ts'],
    setupFiles: ['./test/setup.ts'],
    // No test is timed: these only end what hangs, on a slow machine too.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // One isolate for all files: five times quicker. Tests keep apart by tenants of their own.
    isolate: false,
    maxWorkers: 1,
    // itty-durable ships ES modules without saying so in its package.json
    deps: { optimizer: { ssr: { enabled: true, include: ['itty-durable'] } } },
  },
}));
