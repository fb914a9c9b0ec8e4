import type { IssueDetectionId, Severity } from '../detections/types.ts';
import type { Deps } from '../platform/deps.ts';
import { decodeCursor, type Page, toPage } from '../platform/pagination.ts';
import type { HistoryEntry, Issue, IssueStatus } from './issue.ts';
import { ISSUE_COLUMNS, type IssueRow, toIssue } from './issue-rows.ts';

export type { Issue } from './issue.ts';

type Store = Pick<Deps, 'evidence'>;

/** History entries shown with an issue; the newest are kept. */
export const MAX_HISTORY = 200;

/** Sources that somebody may see; null means all. */
export type VisibleSources = string[] | null;

/** Null when the tenant has no such issue. */
export async function getIssue({ evidence }: Store, tenantId: string, id: string): Promise<Issue | null> {
  const row = await evidence(tenantId)
    .prepare(`SELECT ${ISSUE_COLUMNS} FROM issues WHERE tenant_id = ?1 AND id = ?2`)
    .bind(tenantId, id)
    .first<IssueRow>();
  return row && toIssue(row);
}

export const ISSUE_SORTS = ['-priority', 'priority', '-openedAt', 'openedAt'] as const;

export interface IssueQuery {
  limit: number;
  cursor?: string | undefined;
  sort: (typeof ISSUE_SORTS)[number];
  status: IssueStatus | 'all';
  severity?: Severity | undefined;
  detection?: IssueDetectionId | undefined;
  source?: string | undefined;
  identity?: string | undefined;
  /** A user id; `none` for unassigned. */
  assignee?: string | undefined;
  /** Part of the title, the subject's name or its native id, case-insensitive. */
  q?: string | undefined;
}

/** Issues of a tenant in the wanted order. Throws `invalid_request` for a cursor of another list. */
export async function listIssues(
  { evidence }: Store,
  tenantId: string,
  visible: VisibleSources,
  query: IssueQuery,
): Promise<Page<Issue>> {
  const descending = query.sort.startsWith('-');
  const column = query.sort.endsWith('priority') ? 'priority' : 'opened_at';
  const order = descending ? 'DESC' : 'ASC';
  const where = ['tenant_id = ?1'];
  const values: (string | number)[] = [tenantId];
  const bind = (value: string | number) => `?${values.push(value)}`;

  if (query.status !== 'all') where.push(`status = '${query.status}'`);
  if (query.severity) where.push(`severity = ${bind(query.severity)}`);
  if (query.detection) where.push(`detection = ${bind(query.detection)}`);
  if (query.source) where.push(`subject_source = ${bind(query.source)}`);
  if (query.identity) where.push(`identity_id = ${bind(query.identity)}`);
  if (query.assignee === 'none') where.push('assignee IS NULL');
  else if (query.assignee) where.push(`assignee = ${bind(query.assignee)}`);
  if (visible) where.push(`subject_source IN (SELECT value FROM json_each(${bind(JSON.stringify(visible))}))`);
  if (query.q) {
    const q = bind(query.q);
    const columns = ['title', 'subject_name', 'subject_native_id'];
    where.push(`(${columns.map((name) => `instr(lower(${name}), lower(${q})) > 0`).join(' OR ')})`);
  }
  if (query.cursor) {
    const [key, id] = decodeCursor(query.cursor, 2);
    where.push(`(${column}, id) ${descending ? '<' : '>'} (${bind(Number(key))}, ${bind(String(id))})`);
  }
  const { results } = await evidence(tenantId)
    .prepare(
      `SELECT ${ISSUE_COLUMNS} FROM issues WHERE ${where.join(' AND ')}
       ORDER BY ${column} ${order}, id ${order} LIMIT ${bind(query.limit + 1)}`,
    )
    .bind(...values)
    .all<IssueRow>();
  const keyOf = (issue: Issue) => (column === 'priority' ? issue.priority : issue.openedAt);
  return toPage(results.map(toIssue), query.limit, (issue) => [keyOf(issue), issue.id]);
}

/** The newest history of an issue (at most 200 entries), oldest first. */
export async function historyOf({ evidence }: Store, tenantId: string, issueId: string): Promise<HistoryEntry[]> {
  const { results } = await evidence(tenantId)
    .prepare(
      `SELECT id, at, change, by, detail FROM issue_history WHERE tenant_id = ?1 AND issue_id = ?2
       ORDER BY at DESC, id DESC LIMIT ?3`,
    )
    .bind(tenantId, issueId, MAX_HISTORY)
    .all<HistoryEntry>();
  return results.reverse();
}

/** Open issues by identity; identities without one are absent. */
export async function openIssueCounts(
  { evidence }: Store,
  tenantId: string,
  identityIds: string[],
): Promise<Map<string, number>> {
  if (identityIds.length === 0) return new Map();
  // The status is a literal so that the partial index serves.
  const { results } = await evidence(tenantId)
    .prepare(
      `SELECT identity_id AS id, COUNT(*) AS n FROM issues
       WHERE tenant_id = ?1 AND status = 'open' AND identity_id IN (SELECT value FROM json_each(?2))
       GROUP BY identity_id`,
    )
    .bind(tenantId, JSON.stringify(identityIds))
    .all<{ id: string; n: number }>();
  return new Map(results.map(({ id, n }) => [id, n]));
}
