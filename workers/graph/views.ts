import { tierOf } from '../detections/tier.ts';
import type { AccountView, AppAssignment, RoleHolding } from '../detections/types.ts';
import type { Millis } from '../platform/clock.ts';
import { signalFloor } from './facts.store.ts';
import { grouped } from './group.ts';
import { hasLinks, readLinks, withKin } from './links/links.store.ts';
import type { AccountAttributes, AssignmentAttributes, FactorState } from './model.ts';
import { nodeId } from './model.ts';
import { parseAttributes } from './nodes.store.ts';
import type { Signal, SignalKind } from './signal.ts';
import type { Structure } from './structure.ts';
import { set, type Tx } from './tx.ts';

interface AccountRow extends Record<string, SqlStorageValue> {
  id: string;
  source_id: string;
  native_id: string;
  name: string;
  stub: number;
  attributes: string;
  last_login: number | null;
  factors: string | null;
  identity_id: string | null;
}

/** Nobody asked the source for this account's factors yet. */
const NOT_FETCHED: FactorState = { known: false, reason: 'The factors of this account are not read yet' };

/** What an account is taken for where the source said nothing. */
const BLANK: AccountAttributes = {
  status: 'UNKNOWN',
  login: null,
  email: null,
  created: null,
  activated: null,
  statusChanged: null,
  lastLogin: null,
  passwordChanged: null,
  hasPassword: false,
  provider: null,
  department: null,
  title: null,
  managerId: null,
  userType: null,
  employeeNumber: null,
};

/** An account's attributes as the contract has them, from the stored ones and the columns beside them. */
export function accountAttributes(stored: string, lastLogin: number | null, stub: boolean): AccountAttributes {
  return {
    ...BLANK,
    ...(parseAttributes(stored) as Partial<AccountAttributes>),
    lastLogin: lastLogin === null || lastLogin < 0 ? null : lastLogin,
    ...(stub ? { stub: true } : {}),
  };
}

/**
 * The views of many accounts in a handful of queries, in the order of their ids. Accounts that are gone are absent. Of
 * accounts that share an identity one speaks for it, and carries the others.
 */
export function readViews(tx: Tx, accountIds: string[], structure: Structure, now: Millis): AccountView[] {
  const ids = withKin(tx, accountIds);
  const views = viewsOf(tx, ids, structure, now);
  if (!hasLinks(tx)) return views;
  const joined = readLinks(tx, ids);
  const names = sourceNames(tx);
  const asked = new Set(accountIds);
  const families = new Map<string, AccountView[]>();
  for (const one of views) {
    const name = names.get(one.sourceId);
    const view = name === undefined ? one : { ...one, sourceName: name };
    families.set(view.identityId, [...(families.get(view.identityId) ?? []), view]);
  }
  return views.flatMap((one): AccountView[] => {
    if (!asked.has(one.accountId)) return [];
    const family = families.get(one.identityId) ?? [];
    if (family.length === 1) return [one];
    const speaker = family.find(({ accountId }) => !joined.has(accountId)) ?? family[0];
    const view = family.find(({ accountId }) => accountId === one.accountId) ?? one;
    if (view !== speaker) return [{ ...view, spokenFor: true }];
    return [{ ...view, others: family.filter((other) => other !== view) }];
  });
}

/** What sources call themselves: the names of their orgs. Names no index: a lens hides the table, and a query has none. */
export function sourceNames(tx: Tx): Map<string, string> {
  return new Map(
    tx.raw<[string, string]>("SELECT source_id, name FROM node WHERE kind = 'resource' AND native_id = 'org'"),
  );
}

function viewsOf(tx: Tx, accountIds: string[], structure: Structure, now: Millis): AccountView[] {
  const ids = set(accountIds);
  const rows = tx.all<AccountRow>(
    `SELECT n.id, n.source_id, n.native_id, n.name, n.stub, n.attributes, a.last_login, f.state AS factors,
            (SELECT e.from_id FROM edge_in e WHERE e.to_id = n.id AND e.kind = 'HAS_ACCOUNT' LIMIT 1) AS identity_id
     FROM json_each(?) j CROSS JOIN node n ON n.id = j.value AND n.kind = 'account'
     LEFT JOIN activity a ON a.account_id = n.id
     LEFT JOIN factor f ON f.account_id = n.id
     ORDER BY n.id`,
    ids,
  );
  const roles = readRoles(tx, ids, structure);
  const groups = readGroupCounts(tx, ids);
  const assignments = readAssignments(tx, ids, structure);
  const signals = readSignals(tx, ids, now);
  return rows.map((row): AccountView => {
    const held = roles.get(row.id) ?? [];
    return {
      accountId: row.id,
      identityId: row.identity_id ?? nodeId('identity', row.source_id, row.native_id),
      sourceId: row.source_id,
      nativeId: row.native_id,
      name: row.name,
      attributes: accountAttributes(row.attributes, row.last_login, row.stub === 1),
      tier: tierOf(held),
      roles: held,
      factors: row.factors === null ? NOT_FETCHED : (JSON.parse(row.factors) as FactorState),
      assignments: assignments.get(row.id) ?? [],
      groupCount: groups.get(row.id) ?? 0,
      signals: signals.get(row.id) ?? [],
      missing: Object.fromEntries(
        structure.coverage.flatMap(({ sourceId, need, reason }) =>
          sourceId === row.source_id && reason !== null ? [[need, reason]] : [],
        ),
      ),
    };
  });
}

/** Roles held directly first, then those through groups. */
function readRoles(tx: Tx, ids: string, structure: Structure): Map<string, RoleHolding[]> {
  const direct = tx.raw<[string, string]>(
    `SELECT e.from_id, e.to_id FROM json_each(?) j CROSS JOIN edge e ON e.from_id = j.value AND e.kind = 'HOLDS_ROLE'
     ORDER BY e.from_id, e.to_id`,
    ids,
  );
  const through = structure.privilegedGroups.size === 0 ? [] : readPrivilegedMemberships(tx, ids, structure);
  const holdings: [string, RoleHolding][] = [];
  const hold = (account: string, roleId: string, via: RoleHolding['via']) => {
    const role = structure.roles.get(roleId);
    if (role) holdings.push([account, { roleId, type: role.type, name: role.name, via }]);
  };
  for (const [account, roleId] of direct) hold(account, roleId, null);
  for (const [account, groupId] of through) {
    const group = structure.privilegedGroups.get(groupId);
    for (const roleId of group?.roleIds ?? []) hold(account, roleId, { id: groupId, name: group?.name ?? '' });
  }
  return grouped(holdings);
}

function readPrivilegedMemberships(tx: Tx, ids: string, structure: Structure): [string, string][] {
  return tx.raw<[string, string]>(
    `SELECT e.from_id, e.to_id FROM json_each(?) j
     CROSS JOIN edge e ON e.from_id = j.value AND e.kind = 'MEMBER_OF'
     WHERE e.to_id IN (SELECT value FROM json_each(?)) ORDER BY e.from_id, e.to_id`,
    ids,
    set(structure.privilegedGroups.keys()),
  );
}

function readGroupCounts(tx: Tx, ids: string): Map<string, number> {
  return new Map(
    tx.raw<[string, number]>(
      // grouped apart from the view: else SQLite scans every edge instead of searching its two halves by key
      `WITH member AS MATERIALIZED (
         SELECT e.from_id AS id FROM json_each(?) j CROSS JOIN edge e ON e.from_id = j.value AND e.kind = 'MEMBER_OF'
       ) SELECT id, count(*) FROM member GROUP BY id`,
      ids,
    ),
  );
}

function readAssignments(tx: Tx, ids: string, structure: Structure): Map<string, AppAssignment[]> {
  const rows = tx.raw<[string, string, string]>(
    `SELECT e.from_id, e.to_id, e.attributes FROM json_each(?) j
     CROSS JOIN edge e ON e.from_id = j.value AND e.kind = 'ASSIGNED_TO' ORDER BY e.from_id, e.to_id`,
    ids,
  );
  return grouped(
    rows.flatMap(([account, appId, attributes]): [string, AppAssignment][] => {
      const app = structure.apps.get(appId);
      if (!app) return [];
      const own = parseAttributes(attributes) as Partial<AssignmentAttributes>;
      return [
        [
          account,
          {
            appId,
            appNativeId: app.nativeId,
            appName: app.name,
            appStatus: app.status,
            signOnMode: app.signOnMode,
            status: own.status ?? 'ACTIVE',
            scope: own.scope ?? 'USER',
            externalId: own.externalId ?? null,
            userName: own.userName ?? null,
          },
        ],
      ];
    }),
  );
}

function readSignals(tx: Tx, ids: string, now: Millis): Map<string, Signal[]> {
  const rows = tx.raw<[string, SignalKind, string, number, string | null]>(
    `SELECT s.account_id, s.kind, s.event_id, s.at, s.ref FROM json_each(?) j
     CROSS JOIN signal s ON s.account_id = j.value WHERE s.at >= ? ORDER BY s.at, s.event_id, s.kind`,
    ids,
    signalFloor(now),
  );
  return grouped(
    rows.map(([accountId, kind, eventId, at, ref]): [string, Signal] => [
      accountId,
      { accountId, kind, eventId, at, ref },
    ]),
  );
}

/** Looks up the factor states of a few accounts. */
export function readFactors(tx: Tx, accountIds: string[]): (accountId: string) => FactorState {
  const states = new Map(
    tx.raw<[string, string]>(
      'SELECT f.account_id, f.state FROM json_each(?) j CROSS JOIN factor f ON f.account_id = j.value',
      set(accountIds),
    ),
  );
  return (id) => {
    const state = states.get(id);
    return state === undefined ? NOT_FETCHED : (JSON.parse(state) as FactorState);
  };
}
