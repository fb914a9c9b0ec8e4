import { readRefs } from '../named.ts';
import type { WayStep } from '../reachable-by.ts';
import { compareText } from '../text.ts';
import { set, type Tx } from '../tx.ts';

/** Nodes told of, on each shard. */
export const MAX_TIER_ZERO = 2_000;

/** Why something is of tier zero. */
export const TIER_ZERO_REASONS = ['org', 'administrator', 'device', 'token', 'credential'] as const;
export type TierZeroReason = (typeof TIER_ZERO_REASONS)[number];

export interface TierZeroItem {
  node: WayStep['to'];
  reason: TierZeroReason;
  /** Whose device or token it is, or which app's credential; the group through which an administrator is one. */
  of: WayStep['to'] | null;
}

export interface TierZeroPart {
  items: TierZeroItem[];
  truncated: boolean;
}

type Found = [id: string, of: string | null];

const HOLDERS = `SELECT DISTINCT h.from_id FROM node o
  CROSS JOIN edge_in g ON g.to_id = o.id AND g.kind = 'GRANTS'
  CROSS JOIN edge_in h ON h.to_id = g.from_id AND h.kind = 'HOLDS_ROLE'
  WHERE o.kind = 'resource' AND o.attributes->>'tierZero'`;

const INTO = (kind: string) => `SELECT e.from_id, e.to_id FROM json_each(?) j
  CROSS JOIN edge_in e ON e.to_id = j.value AND e.kind IN (${kind}) ORDER BY e.from_id, e.to_id`;

/**
 * Tier zero by rule: the orgs, whoever holds a role that grants one (super and organization administrators: accounts,
 * groups and apps; accounts also through a group), their devices and API tokens, and the credentials of such apps
 * (BloodHound, privilege zone rules of the Okta extension).
 */
export function readTierZero(tx: Tx): TierZeroPart {
  const orgs = tx.raw<[string]>("SELECT id FROM node WHERE kind = 'resource' AND attributes->>'tierZero' ORDER BY id");
  const direct = tx.raw<[string]>(HOLDERS).map(([id]) => id);
  const groups = direct.filter((id) => id.startsWith('grp_'));
  const members = tx.raw<[string, string]>(INTO("'MEMBER_OF'"), set(groups));
  const accounts = [...new Set([...direct, ...members.map(([id]) => id)])].filter((id) => id.startsWith('acc_'));
  const apps = direct.filter((id) => id.startsWith('app_'));
  const found: [TierZeroReason, Found[]][] = [
    ['org', orgs.map(([id]) => [id, null])],
    ['administrator', direct.map((id) => [id, null])],
    ['administrator', members],
    ['device', tx.raw<[string, string]>(INTO("'DEVICE_OF'"), set(accounts))],
    ['token', tx.raw<[string, string]>(INTO("'API_TOKEN_FOR'"), set(accounts))],
    ['credential', tx.raw<[string, string]>(INTO("'SECRET_OF', 'KEY_OF'"), set(apps))],
  ];
  const once = new Map<string, { reason: TierZeroReason; of: string | null }>();
  for (const [reason, rows] of found) for (const [id, of] of rows) if (!once.has(id)) once.set(id, { reason, of });
  const told = [...once].slice(0, MAX_TIER_ZERO);
  const refs = readRefs(tx, new Set(told.flatMap(([id, { of }]) => (of === null ? [id] : [id, of]))));
  return {
    items: told.flatMap(([id, { reason, of }]) => {
      const node = refs.get(id);
      return node ? [{ node, reason, of: of === null ? null : (refs.get(of) ?? null) }] : [];
    }),
    truncated: once.size > told.length,
  };
}

/** Devices of tier-zero accounts of this shard. */
export function tierZeroDevices(tx: Tx): Set<string> {
  return new Set(readTierZero(tx).items.flatMap(({ node, reason }) => (reason === 'device' ? [node.id] : [])));
}

/** Structure is on every shard and told once; the org first, then by reason and name. */
export function mergeTierZero(parts: TierZeroPart[], limit: number): TierZeroPart {
  const items = new Map<string, TierZeroItem>();
  for (const item of parts.flatMap((part) => part.items)) if (!items.has(item.node.id)) items.set(item.node.id, item);
  const sorted = [...items.values()].sort(
    (a, b) =>
      TIER_ZERO_REASONS.indexOf(a.reason) - TIER_ZERO_REASONS.indexOf(b.reason) ||
      compareText(a.node.name, b.node.name) ||
      compareText(a.node.id, b.node.id),
  );
  return {
    items: sorted.slice(0, limit),
    truncated: parts.some((part) => part.truncated) || sorted.length > limit,
  };
}
