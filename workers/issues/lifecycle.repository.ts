import type { Deps } from '../platform/deps.ts';
import type { DismissReason, HistoryChange, IssueStatus } from './issue.ts';

type Store = Pick<Deps, 'evidence'>;

/** A history row of something that a person or a token did. */
export interface PersonNote {
  id: string;
  at: number;
  change: HistoryChange;
  by: string;
  detail: string | null;
}

const NOTE_COLUMNS = '(tenant_id, issue_id, id, at, change, by, detail)';

/**
 * Moves an issue from one status to another, with its history, in one transaction. False, and nothing written, when it
 * is not (any more) in the first one.
 */
export async function moveIssue(
  { evidence }: Store,
  tenantId: string,
  id: string,
  move: { from: IssueStatus; to: IssueStatus; dismiss: { reason: DismissReason; note: string | null } | null },
  note: PersonNote,
): Promise<boolean> {
  const db = evidence(tenantId);
  const [, moved] = await db.batch([
    db
      .prepare(
        `INSERT INTO issue_history ${NOTE_COLUMNS}
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 FROM issues WHERE tenant_id = ?1 AND id = ?2 AND status = ?8`,
      )
      .bind(tenantId, id, note.id, note.at, note.change, note.by, note.detail, move.from),
    db
      .prepare(
        `UPDATE issues SET status = ?4, dismiss_reason = ?5, dismiss_note = ?6, updated_at = ?7
         WHERE tenant_id = ?1 AND id = ?2 AND status = ?3`,
      )
      .bind(tenantId, id, move.from, move.to, move.dismiss?.reason ?? null, move.dismiss?.note ?? null, note.at),
  ]);
  return (moved?.meta.changes ?? 0) > 0;
}

/** Sets or clears the assignee, with history, in one transaction. False when it already was that one. */
export async function setAssignee(
  { evidence }: Store,
  tenantId: string,
  id: string,
  assignee: string | null,
  note: PersonNote,
): Promise<boolean> {
  const db = evidence(tenantId);
  const [, changed] = await db.batch([
    db
      .prepare(
        `INSERT INTO issue_history ${NOTE_COLUMNS}
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 FROM issues WHERE tenant_id = ?1 AND id = ?2 AND assignee IS NOT ?8`,
      )
      .bind(tenantId, id, note.id, note.at, note.change, note.by, note.detail, assignee),
    db
      .prepare(
        `UPDATE issues SET assignee = ?3, updated_at = ?4
         WHERE tenant_id = ?1 AND id = ?2 AND assignee IS NOT ?3`,
      )
      .bind(tenantId, id, assignee, note.at),
  ]);
  return (changed?.meta.changes ?? 0) > 0;
}

/** Writes one history row for each issue, in one statement. */
export async function addNotes(
  { evidence }: Store,
  tenantId: string,
  notes: (PersonNote & { issueId: string })[],
): Promise<void> {
  await evidence(tenantId)
    .prepare(
      `INSERT INTO issue_history ${NOTE_COLUMNS}
       SELECT ?1, value ->> '$.issueId', value ->> '$.id', value ->> '$.at', value ->> '$.change', value ->> '$.by',
         value ->> '$.detail'
       FROM json_each(?2)`,
    )
    .bind(tenantId, JSON.stringify(notes))
    .run();
}

/** When this principal last reopened the issue; null when never. */
export async function lastReopening(
  { evidence }: Store,
  tenantId: string,
  id: string,
  by: string,
): Promise<number | null> {
  return evidence(tenantId)
    .prepare(
      `SELECT at FROM issue_history WHERE tenant_id = ?1 AND issue_id = ?2 AND change = 'reopened' AND by = ?3
       ORDER BY at DESC LIMIT 1`,
    )
    .bind(tenantId, id, by)
    .first<number>('at');
}
