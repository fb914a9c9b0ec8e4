import type * as workers from '@cloudflare/workers-types/index.ts';

/** What the Worker's code that a check drives names of its runtime. The runtime's own globals would clash with Node's. */
declare global {
  type D1Database = workers.D1Database;
  type R2Bucket = workers.R2Bucket;
  type SqlStorage = workers.SqlStorage;
  type SqlStorageValue = workers.SqlStorageValue;
  interface Env {
    ENVIRONMENT: string;
    SEALING_KEYS: string;
    GRAPH: workers.DurableObjectNamespace;
    CONTROL: D1Database;
    EVIDENCE_0: D1Database;
  }
}
