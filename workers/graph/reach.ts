import type { AccountView, Reach } from '../detections/types.ts';
import { liveEdge } from './assignment.ts';
import { type Jewel, readJewels } from './criticality/said.store.ts';
import { grouped } from './group.ts';
import type { NodeKind } from './model.ts';
import { reachable, shortestPath } from './paths.ts';
import type { Structure } from './structure.ts';
import { compareText } from './text.ts';
import { set, type Tx } from './tx.ts';
import type { ZeroPaths } from './zero-paths.ts';

/** Crown jewels that a reach names; all are counted. */
const JEWELS_NAMED = 5;

export const NO_REACH: Reach = { apps: 0, groups: 0, roles: 0, pathToTierZero: null };

/**
 * Reach of any node: what it has by stored edges, and the path to tier zero on this shard, by whatever leads there.
 * Null when there is no such node.
 */
export function reachOf(tx: Tx, from: string): Reach | null {
  if (!tx.first('SELECT 1 FROM node WHERE id = ?', from)) return null;
  const found = reachable(tx, from);
  const all = new Set(['app', 'group', 'role'].flatMap((kind) => [...(found.get(kind as NodeKind) ?? [])]));
  return {
    apps: found.get('app')?.size ?? 0,
    groups: found.get('group')?.size ?? 0,
    roles: found.get('role')?.size ?? 0,
    pathToTierZero: shortestPath(tx, from, null),
    ...jewelsPart(readJewels(tx, true).filter(({ id }) => all.has(id) && id !== from)),
  };
}

/** Absent where there are none: most people reach none, and their issues stay as they are. */
function jewelsPart(jewels: Jewel[]): Pick<Reach, 'crownJewels'> {
  return jewels.length === 0 ? {} : { crownJewels: { count: jewels.length, first: jewels.slice(0, JEWELS_NAMED) } };
}

/**
 * Reach of many accounts at once, the same as `reachOf` gives for their identities: apps by direct and group
 * assignment and by role, each once, and the path to tier zero by whatever leads there.
 */
export function reachOfAccounts(
  tx: Tx,
  views: AccountView[],
  structure: Structure,
  zeroPaths: ZeroPaths,
): Map<string, Reach> {
  const paths = zeroPaths(views);
  const apps = countApps(tx, views);
  const jewels = jewelsOf(tx, views, structure);
  return new Map(
    views.map((view) => [
      view.accountId,
      {
        apps: apps.get(view.accountId) ?? 0,
        groups: view.groupCount,
        roles: new Set(view.roles.map((role) => role.roleId)).size,
        pathToTierZero: paths.get(view.accountId) ?? null,
        ...jewelsPart(jewels.get(view.accountId) ?? []),
      },
    ]),
  );
}

function countApps(tx: Tx, views: AccountView[]): Map<string, number> {
  return new Map(
    tx.raw<[string, number]>(
      `${OPENED} SELECT o.account, count(*) ${OPENED_APPS} GROUP BY o.account`,
      set(views.map((view) => view.accountId)),
    ),
  );
}

/** The crown jewels that accounts open, are in or hold, by name. */
function jewelsOf(tx: Tx, views: AccountView[], { jewels }: Structure): Map<string, Jewel[]> {
  if (jewels.size === 0) return new Map();
  const rows = tx.raw<[string, string]>(
    `${OPENED}, held AS (SELECT account, app AS id FROM opened UNION SELECT account, grp FROM member
       UNION SELECT account, role FROM holder)
     SELECT h.account, h.id FROM json_each(?2) j CROSS JOIN held h ON h.id = j.value`,
    set(views.map((view) => view.accountId)),
    set(jewels.keys()),
  );
  const found = grouped(
    rows.flatMap(([account, id]) => {
      const jewel = jewels.get(id);
      return jewel ? [[account, jewel] as const] : [];
    }),
  );
  for (const list of found.values()) list.sort((a, b) => compareText(a.name, b.name) || compareText(a.id, b.id));
  return found;
}

/** The active apps that accounts open: `[account, app id, app name]`, each pair once. */
export function openedApps(tx: Tx, accountIds: Iterable<string>): [string, string, string][] {
  return tx.raw<[string, string, string]>(
    `${OPENED} SELECT o.account, n.id, n.name ${OPENED_APPS} ORDER BY o.account, n.id`,
    set(accountIds),
  );
}

/** By direct and group assignment and by role. */
const OPENED = `WITH account AS (SELECT value AS id FROM json_each(?1)),
  member AS (
    SELECT a.id AS account, m.to_id AS grp FROM account a
    CROSS JOIN edge m ON m.from_id = a.id AND m.kind = 'MEMBER_OF'
  ),
  holder AS (
    SELECT a.id AS account, h.to_id AS role FROM account a
    CROSS JOIN edge h ON h.from_id = a.id AND h.kind = 'HOLDS_ROLE'
    UNION SELECT m.account, h.to_id FROM member m CROSS JOIN edge h ON h.from_id = m.grp AND h.kind = 'HOLDS_ROLE'
  ),
  opened AS (
    SELECT a.id AS account, e.to_id AS app FROM account a
    CROSS JOIN edge e ON e.from_id = a.id AND e.kind = 'ASSIGNED_TO' AND ${liveEdge('e')}
    UNION SELECT m.account, e.to_id FROM member m
    CROSS JOIN edge e ON e.from_id = m.grp AND e.kind = 'ASSIGNED_TO' AND ${liveEdge('e')}
    UNION SELECT h.account, g.to_id FROM holder h CROSS JOIN edge g ON g.from_id = h.role AND g.kind = 'GRANTS'
  )`;

const OPENED_APPS = `FROM opened o
  JOIN node n ON n.id = o.app AND n.kind = 'app' AND coalesce(n.status, 'ACTIVE') = 'ACTIVE'`;
