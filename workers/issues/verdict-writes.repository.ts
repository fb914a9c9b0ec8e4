import type { Deps } from '../platform/deps.ts';
import type { HistoryChange, Issue, IssueStatus } from './issue.ts';
import { ISSUE_COLUMNS, type IssueRow, toIssue, toRow } from './issue-rows.ts';
import type { HistoryNote } from './transition.ts';

type Store = Pick<Deps, 'evidence'>;

/** An issue to be written, and the state it was computed from: it is written only if that still holds. */
export interface IssueWrite {
  base: { changeSeq: number; status: IssueStatus } | null;
  issue: Issue;
  notes: HistoryNote[];
}

/** Those of the issues that exist, by id. */
export async function issuesByIds({ evidence }: Store, tenantId: string, ids: string[]): Promise<Map<string, Issue>> {
  const { results } = await evidence(tenantId)
    .prepare(`SELECT ${ISSUE_COLUMNS} FROM issues WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2))`)
    .bind(tenantId, JSON.stringify(ids))
    .all<IssueRow>();
  return new Map(results.map((row) => [row.id, toIssue(row)]));
}

/** `n` is a JSON row with the id under `issueId`; true when the issue is as the writer read it. */
const STILL_AS_READ = `(i.id IS NULL AND n.value ->> '$.baseSeq' IS NULL)
  OR (i.change_seq = n.value ->> '$.baseSeq' AND i.status = n.value ->> '$.baseStatus')`;

/**
 * Writes issues and their history in one transaction of two statements, whatever their number. An issue that somebody
 * else changed since it was read is left out, with its history. Returns how many were written.
 */
export async function writeIssues({ evidence }: Store, tenantId: string, writes: IssueWrite[]): Promise<number> {
  const base = ({ base }: IssueWrite) => ({ baseSeq: base?.changeSeq ?? null, baseStatus: base?.status ?? null });
  const notes = writes.flatMap((write) => write.notes.map((note) => ({ ...note, ...base(write) })));
  const rows = writes.map((write) => ({ ...toRow(write.issue), issueId: write.issue.id, ...base(write) }));
  const db = evidence(tenantId);
  // History first: it looks at the issues as they were before this write.
  const [, written] = await db.batch([
    db
      .prepare(
        `INSERT INTO issue_history (tenant_id, issue_id, id, at, change, by, detail)
         SELECT ?1, n.value ->> '$.issueId', n.value ->> '$.id', n.value ->> '$.at', n.value ->> '$.change', 'postern',
           n.value ->> '$.detail'
         FROM json_each(?2) AS n
         LEFT JOIN issues AS i ON i.tenant_id = ?1 AND i.id = n.value ->> '$.issueId'
         WHERE ${STILL_AS_READ}
         ON CONFLICT DO NOTHING`,
      )
      .bind(tenantId, JSON.stringify(notes)),
    db
      .prepare(
        `INSERT INTO issues (tenant_id, id, detection, title, severity, status, priority, priority_factors,
           subject_kind, subject_id, subject_source, subject_native_id, subject_name, identity_id, evidence,
           opened_at, resolved_at, updated_at, change_seq)
         SELECT ?1, n.value ->> '$.issueId', n.value ->> '$.detection', n.value ->> '$.title',
           n.value ->> '$.severity', n.value ->> '$.status', n.value ->> '$.priority',
           n.value ->> '$.priorityFactors', n.value ->> '$.subjectKind', n.value ->> '$.subjectId',
           n.value ->> '$.subjectSource', n.value ->> '$.subjectNativeId', n.value ->> '$.subjectName',
           n.value ->> '$.identityId', n.value ->> '$.evidence', n.value ->> '$.openedAt',
           n.value ->> '$.resolvedAt', n.value ->> '$.updatedAt', n.value ->> '$.changeSeq'
         FROM json_each(?2) AS n
         LEFT JOIN issues AS i ON i.tenant_id = ?1 AND i.id = n.value ->> '$.issueId'
         WHERE ${STILL_AS_READ}
         ON CONFLICT (tenant_id, id) DO UPDATE SET title = excluded.title, severity = excluded.severity,
           status = excluded.status, priority = excluded.priority, priority_factors = excluded.priority_factors,
           subject_name = excluded.subject_name, identity_id = excluded.identity_id, evidence = excluded.evidence,
           dismiss_reason = CASE excluded.status WHEN 'dismissed' THEN dismiss_reason END,
           dismiss_note = CASE excluded.status WHEN 'dismissed' THEN dismiss_note END,
           opened_at = excluded.opened_at, resolved_at = excluded.resolved_at, updated_at = excluded.updated_at,
           change_seq = excluded.change_seq`,
      )
      .bind(tenantId, JSON.stringify(rows)),
  ]);
  return written?.meta.changes ?? 0;
}

/** Which of these history rows exist. The key leads with (tenant, issue, time), so each is one look-up. */
export async function existingNotes(
  { evidence }: Store,
  tenantId: string,
  notes: { id: string; issueId: string; at: number; change: HistoryChange }[],
): Promise<{ issueId: string; at: number; change: HistoryChange }[]> {
  const { results } = await evidence(tenantId)
    .prepare(
      `SELECT h.issue_id AS issueId, h.at, h.change
       FROM json_each(?2) AS n
       CROSS JOIN issue_history AS h ON h.tenant_id = ?1 AND h.issue_id = n.value ->> '$.issueId'
         AND h.at = n.value ->> '$.at' AND h.id = n.value ->> '$.id'
       ORDER BY n.key`,
    )
    .bind(tenantId, JSON.stringify(notes))
    .all<{ issueId: string; at: number; change: HistoryChange }>();
  return results;
}
