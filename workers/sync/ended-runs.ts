/** Sources asked about at once. */
export const MOST_SOURCES = 1_000;

/** The last full run of each source (of any tenants of one database) that ended with what could be read. */
export async function endedFullRuns(
  db: D1Database,
  sources: { tenantId: string; id: string }[],
): Promise<{ tenantId: string; sourceId: string; runId: string }[]> {
  const { results } = await db
    .prepare(
      `SELECT value->>0 AS tenantId, value->>1 AS sourceId, (
         SELECT r.id FROM sync_runs r
         WHERE r.tenant_id = value->>0 AND r.source_id = value->>1 AND r.kind = 'full'
           AND r.status IN ('succeeded', 'partial', 'held')
         ORDER BY r.started_at DESC LIMIT 1) AS runId
       FROM json_each(?1)`,
    )
    .bind(JSON.stringify(sources.slice(0, MOST_SOURCES).map(({ tenantId, id }) => [tenantId, id])))
    .all<{ tenantId: string; sourceId: string; runId: string | null }>();
  return results.flatMap((row) => (row.runId === null ? [] : [{ ...row, runId: row.runId }]));
}
