import type { Millis } from '../platform/clock.ts';
import type { ManagedState } from './managed.ts';
import type { Review, RiskLevel, RiskReason } from './risk.ts';
import type { KeyKind } from './sighting.ts';

/** An app that was discovered, as its row has it. Empty text is "not known", 0 is "never". */
export interface DiscoveredApp {
  id: string;
  sourceId: string;
  key: string;
  keyKind: KeyKind;
  nativeId: string;
  name: string;
  catalogName: string;
  domain: string;
  firstSeen: Millis;
  lastSeen: Millis;
  usedAt: Millis;
  createdAt: Millis;
  deletedAt: Millis;
  owner: string | null;
  review: Review;
  reviewNote: string | null;
  reviewedBy: string | null;
  reviewedAt: Millis | null;
  managed: ManagedState;
  managedReason: string;
  managedDetail: string;
  risk: RiskLevel;
  riskScore: number;
  riskReasons: RiskReason[];
  users: number;
  scopes: number;
  revision: number;
  assessedAt: Millis;
  dirty: boolean;
}

export type AppRecord = Omit<DiscoveredApp, 'riskReasons' | 'dirty'> & { riskReasons: string; dirty: number };

export const APP_COLUMNS = `id, source_id AS sourceId, app_key AS key, key_kind AS keyKind, native_id AS nativeId, name,
  catalog_name AS catalogName, domain, first_seen AS firstSeen, last_seen AS lastSeen, used_at AS usedAt,
  created_at AS createdAt, deleted_at AS deletedAt, owner, review, review_note AS reviewNote,
  reviewed_by AS reviewedBy, reviewed_at AS reviewedAt, managed, managed_reason AS managedReason,
  managed_detail AS managedDetail, risk, risk_score AS riskScore, risk_reasons AS riskReasons, users, scopes, revision,
  assessed_at AS assessedAt, dirty`;

export function toApp(row: AppRecord): DiscoveredApp {
  return { ...row, riskReasons: JSON.parse(row.riskReasons) as RiskReason[], dirty: row.dirty === 1 };
}

/** What people call it: its name, or the best of what identifies it. */
export function titleOf({ name, domain, catalogName, key }: DiscoveredApp): string {
  return name || domain || catalogName || key;
}
