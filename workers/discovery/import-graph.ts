import { graphOf } from '../graph/directory.ts';
import type { Graph, NodeSummary } from '../graph/port.ts';
import { jsonParameters } from '../inbox/json-parameters.ts';
import type { Deps } from '../platform/deps.ts';
import { describeError } from '../platform/errors.ts';
import { listActiveSources } from '../sources/sources.repository.ts';
import { endedFullRuns, MOST_SOURCES } from '../sync/ended-runs.ts';
import { discoveredAppId, isProviderApp } from './app-evidence.ts';
import { assessTenant } from './assess.ts';
import { APP_STEP, stepOf } from './fold.ts';

type ImportDeps = Pick<Deps, 'env' | 'control' | 'clock' | 'evidence' | 'log'>;
type GraphFor = (deps: ImportDeps, tenantId: string) => Pick<Graph, 'list' | 'node' | 'coverage'>;

const PAGE = 200;

/**
 * The minute's job: takes in the apps of sources that a full sync has read since, and assesses the tenant's apps anew.
 * Noted after it is done, so one that died half-way is repeated; repeating it writes nothing. Returns the sources done.
 */
export async function importSyncedApps(deps: ImportDeps, graphFor: GraphFor = graphOf): Promise<number> {
  const sources = await listActiveSources(deps);
  const databases = new Map<D1Database, { tenantId: string; id: string }[]>();
  for (const { tenantId, id } of sources) {
    const db = deps.evidence(tenantId);
    databases.set(db, [...(databases.get(db) ?? []), { tenantId, id }]);
  }
  let done = 0;
  for (const [db, ofDatabase] of databases) {
    for (let at = 0; at < ofDatabase.length; at += MOST_SOURCES) {
      for (const run of await newRuns(db, ofDatabase.slice(at, at + MOST_SOURCES))) {
        try {
          await importSource(deps, run.tenantId, run.sourceId, graphFor);
          await assessTenant(deps, run.tenantId, 'all', graphFor);
          await noteImport(db, run, deps.clock.now());
          done++;
        } catch (error) {
          const { tenantId, sourceId } = run;
          deps.log.error('apps of a sync not taken in', { tenantId, sourceId, ...describeError(error) });
        }
      }
    }
  }
  return done;
}

interface Run {
  tenantId: string;
  sourceId: string;
  runId: string;
}

async function newRuns(db: D1Database, sources: { tenantId: string; id: string }[]): Promise<Run[]> {
  const runs = await endedFullRuns(db, sources);
  if (runs.length === 0) return [];
  const { results } = await db
    .prepare(
      `SELECT i.tenant_id AS tenantId, i.source_id AS sourceId, i.run_id AS runId
       FROM json_each(?1) JOIN discovery_imports i ON i.tenant_id = value->>0 AND i.source_id = value->>1`,
    )
    .bind(JSON.stringify(runs.map(({ tenantId, sourceId }) => [tenantId, sourceId])))
    .all<Run>();
  const known = new Map(results.map((run) => [`${run.tenantId}/${run.sourceId}`, run.runId]));
  return runs.filter((run) => known.get(`${run.tenantId}/${run.sourceId}`) !== run.runId);
}

async function noteImport(db: D1Database, { tenantId, sourceId, runId }: Run, now: number): Promise<void> {
  await db
    .prepare(
      `INSERT INTO discovery_imports (tenant_id, source_id, run_id, at) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (tenant_id, source_id) DO UPDATE SET run_id = excluded.run_id, at = excluded.at`,
    )
    .bind(tenantId, sourceId, runId, now)
    .run();
}

/** Writes the apps that a source's graph has. One that is known is written only when its name is another. */
export async function importSource(
  deps: ImportDeps,
  tenantId: string,
  sourceId: string,
  graphFor: GraphFor = graphOf,
): Promise<number> {
  const graph = graphFor(deps, tenantId);
  const db = deps.evidence(tenantId);
  let written = 0;
  let cursor: string | undefined;
  do {
    const page = await graph.list({ kind: 'app', sourceId, limit: PAGE, cursor });
    const rows = page.data.flatMap((node) => importRow(tenantId, node, deps.clock.now()));
    for (const json of jsonParameters(rows)) {
      const { meta } = await db.prepare(IMPORT_APPS).bind(json).run();
      written += meta.rows_written;
    }
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return written;
}

/** Being listed is no use: an app that nobody was seen with has `last_seen` 0. */
const IMPORT_APPS = `INSERT INTO discovered_apps
  (tenant_id, id, source_id, app_key, key_kind, native_id, name, named_at, catalog_name, first_seen)
SELECT value->>0, value->>1, value->>2, value->>3, 'app', value->>3, value->>4, value->>5, value->>6, value->>7
FROM json_each(?1) WHERE true
ON CONFLICT (tenant_id, id) DO UPDATE SET
  name = excluded.name, named_at = max(named_at, excluded.named_at), catalog_name = max(catalog_name, excluded.catalog_name),
  first_seen = min(first_seen, excluded.first_seen), revision = revision + 1, dirty = 1
WHERE excluded.name <> name OR excluded.catalog_name > catalog_name OR excluded.first_seen < first_seen`;

function importRow(tenantId: string, node: NodeSummary, now: number): unknown[][] {
  const { catalogName } = node.attributes;
  const catalog = typeof catalogName === 'string' ? catalogName : '';
  // what only an event has named is evidence already
  if (isProviderApp(catalog) || node.attributes.stub === true) return [];
  const id = discoveredAppId(tenantId, node.sourceId, 'app', node.nativeId);
  const hour = stepOf(now, APP_STEP);
  const since = stepOf(node.beganAt, APP_STEP);
  return [[tenantId, id, node.sourceId, node.nativeId, node.name, hour, catalog, since]];
}
