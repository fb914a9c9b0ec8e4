import type { Deps } from '../platform/deps.ts';
import { decodeCursor, type Page, toPage } from '../platform/pagination.ts';
import { APP_COLUMNS, type AppRecord, type DiscoveredApp, toApp } from './app.ts';
import type { ManagedState } from './managed.ts';
import type { Review, RiskLevel } from './risk.ts';

type Store = Pick<Deps, 'evidence'>;

/** Sources that somebody may see; null means all. */
export type VisibleSources = string[] | null;

/** Sort keys and the columns behind them. */
const SORTS = {
  risk: 'risk_score',
  name: "lower(CASE WHEN name <> '' THEN name ELSE app_key END)",
  lastSeen: 'last_seen',
  firstSeen: 'first_seen',
  users: 'users',
} as const;
type SortField = keyof typeof SORTS;
export const APP_SORTS = [
  '-risk',
  'risk',
  'name',
  '-name',
  '-lastSeen',
  'lastSeen',
  '-firstSeen',
  'firstSeen',
  '-users',
  'users',
] as const;

export interface AppQuery {
  limit: number;
  cursor?: string | undefined;
  sort: (typeof APP_SORTS)[number];
  /** Part of the name, the domain, the catalogue name or the key, case-insensitive. */
  q?: string | undefined;
  risk?: RiskLevel | undefined;
  managed?: ManagedState | undefined;
  review?: Review | undefined;
  source?: string | undefined;
  /** A user id; `none` for nobody. */
  owner?: string | undefined;
}

/** Apps of a tenant in the wanted order. Throws `invalid_request` for a cursor of another list. */
export async function listApps(
  { evidence }: Store,
  tenantId: string,
  visible: VisibleSources,
  query: AppQuery,
): Promise<Page<DiscoveredApp>> {
  const descending = query.sort.startsWith('-');
  const field = query.sort.replace('-', '') as SortField;
  const column = SORTS[field];
  const order = descending ? 'DESC' : 'ASC';
  const where = ['tenant_id = ?1'];
  const values: (string | number)[] = [tenantId];
  const bind = (value: string | number) => `?${values.push(value)}`;
  if (query.risk) where.push(`risk = ${bind(query.risk)}`);
  if (query.managed) where.push(`managed = ${bind(query.managed)}`);
  if (query.review) where.push(`review = ${bind(query.review)}`);
  if (query.source) where.push(`source_id = ${bind(query.source)}`);
  if (query.owner === 'none') where.push('owner IS NULL');
  else if (query.owner) where.push(`owner = ${bind(query.owner)}`);
  if (visible) where.push(`source_id IN (SELECT value FROM json_each(${bind(JSON.stringify(visible))}))`);
  if (query.q) {
    const q = bind(query.q);
    const columns = ['name', 'domain', 'catalog_name', 'app_key'];
    where.push(`(${columns.map((name) => `instr(lower(${name}), lower(${q})) > 0`).join(' OR ')})`);
  }
  if (query.cursor) {
    const [key, id] = decodeCursor(query.cursor, 2);
    const value = field === 'name' ? String(key) : Number(key);
    where.push(`(${column}, id) ${descending ? '<' : '>'} (${bind(value)}, ${bind(String(id))})`);
  }
  const { results } = await evidence(tenantId)
    .prepare(
      `SELECT ${APP_COLUMNS}, ${column} AS sortKey FROM discovered_apps WHERE ${where.join(' AND ')}
       ORDER BY ${column} ${order}, id ${order} LIMIT ${bind(query.limit + 1)}`,
    )
    .bind(...values)
    .all<AppRecord & { sortKey: string | number }>();
  const page = toPage(results, query.limit, (row) => [row.sortKey, row.id]);
  return { data: page.data.map(({ sortKey: _, ...row }) => toApp(row)), next: page.next };
}

/** Null when the tenant has no such app. */
export async function getApp({ evidence }: Store, tenantId: string, id: string): Promise<DiscoveredApp | null> {
  const row = await evidence(tenantId)
    .prepare(`SELECT ${APP_COLUMNS} FROM discovered_apps WHERE tenant_id = ?1 AND id = ?2`)
    .bind(tenantId, id)
    .first<AppRecord>();
  return row && toApp(row);
}

export interface Decision {
  owner: string | null;
  review: Review;
  reviewNote: string | null;
  reviewedBy: string | null;
  reviewedAt: number | null;
}

/** Writes what people decided, and calls for a new assessment. */
export async function saveDecision({ evidence }: Store, tenantId: string, id: string, next: Decision): Promise<void> {
  await evidence(tenantId)
    .prepare(
      `UPDATE discovered_apps SET owner = ?3, review = ?4, review_note = ?5, reviewed_by = ?6, reviewed_at = ?7,
         revision = revision + 1, dirty = 1
       WHERE tenant_id = ?1 AND id = ?2`,
    )
    .bind(tenantId, id, next.owner, next.review, next.reviewNote, next.reviewedBy, next.reviewedAt)
    .run();
}

export interface DiscoverySummary {
  total: number;
  byRisk: Record<RiskLevel, number>;
  byManaged: Record<ManagedState, number>;
  byReview: Record<Review, number>;
  newLast7d: number;
  withoutOwner: number;
}

/** Counts over the apps of a tenant, in one pass. */
export async function summarize(
  { evidence }: Store,
  tenantId: string,
  visible: VisibleSources,
  since: number,
): Promise<DiscoverySummary> {
  const limited = visible === null ? '' : 'AND source_id IN (SELECT value FROM json_each(?3))';
  const { results } = await evidence(tenantId)
    .prepare(
      `SELECT risk, managed, review, COUNT(*) AS n, SUM(first_seen > ?2) AS fresh, SUM(owner IS NULL) AS ownerless
       FROM discovered_apps WHERE tenant_id = ?1 ${limited} GROUP BY risk, managed, review`,
    )
    .bind(tenantId, since, ...(visible === null ? [] : [JSON.stringify(visible)]))
    .all<{ risk: RiskLevel; managed: ManagedState; review: Review; n: number; fresh: number; ownerless: number }>();
  const summary: DiscoverySummary = {
    total: 0,
    byRisk: { low: 0, medium: 0, high: 0 },
    byManaged: { managed: 0, unmanaged: 0, unknown: 0 },
    byReview: { unreviewed: 0, approved: 0, restricted: 0, blocked: 0 },
    newLast7d: 0,
    withoutOwner: 0,
  };
  for (const row of results) {
    summary.total += row.n;
    summary.byRisk[row.risk] += row.n;
    summary.byManaged[row.managed] += row.n;
    summary.byReview[row.review] += row.n;
    summary.newLast7d += row.fresh;
    summary.withoutOwner += row.ownerless;
  }
  return summary;
}
