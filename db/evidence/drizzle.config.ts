import { defineConfig } from 'drizzle-kit';

export default defineConfig({ dialect: 'sqlite', schema: './db/evidence/schema.ts', out: './db/evidence/migrations' });
