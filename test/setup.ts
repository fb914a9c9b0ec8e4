import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';

declare global {
  namespace Cloudflare {
    interface Env {
      CONTROL_MIGRATIONS: Parameters<typeof applyD1Migrations>[1];
      EVIDENCE_MIGRATIONS: Parameters<typeof applyD1Migrations>[1];
    }
  }
}

await applyD1Migrations(env.CONTROL, env.CONTROL_MIGRATIONS);
await applyD1Migrations(env.EVIDENCE_0, env.EVIDENCE_MIGRATIONS);
