import type { Millis } from '../platform/clock.ts';
import { readDetail } from './detail.ts';
import { type DirectoryRecord, readDirectories } from './directories.ts';
import { kindAmong, readKinds } from './kinds/kinds.store.ts';
import { type AccountLink, readLinks, type StoredLink } from './links/links.store.ts';
import type { FactorState } from './model.ts';
import { parseAttributes } from './nodes.store.ts';
import type { NodeSummary } from './port.ts';
import { readStructure, type Structure } from './structure.ts';
import { accountsOf, readSummaries, summaryOf } from './summaries.ts';
import { compareText } from './text.ts';
import { set, type Tx } from './tx.ts';
import { readFactors } from './views.ts';

/** Groups, apps and roles shown of one identity, each. */
export const MAX_DETAIL_ITEMS = 2_000;

interface Named {
  id: string;
  name: string;
}

export interface IdentityDetail {
  identity: NodeSummary;
  /** `link`: why it belongs to the identity; null: the identity is made of it. */
  accounts: {
    node: NodeSummary;
    factors: FactorState;
    link: AccountLink | null;
    directories: DirectoryRecord[];
  }[];
  groups: (Named & { since: Millis })[];
  apps: (Named & {
    status: string;
    /** The group it comes through; null when assigned directly. */
    via: Named | null;
    accountStatus: string | null;
    userName: string | null;
    since: Millis;
  })[];
  roles: (Named & { type: string; via: Named | null; since: Millis })[];
}

/** Everything an identity holds, through whichever of its accounts. Null when there is no such identity here. */
export function readIdentityDetail(tx: Tx, identityId: string): IdentityDetail | null {
  const detail = readDetail(tx, identityId, 0);
  if (detail?.node.kind !== 'identity') return null;
  const ids = accountsOf(tx, identityId);
  const factors = readFactors(tx, ids);
  const rows = readSummaries(tx, ids);
  const structure = readStructure(tx);
  const memberships = readMemberships(tx, ids);
  const links = readLinks(tx, ids);
  const directories = readDirectories(tx, ids);
  const accounts = ids.flatMap((id) => {
    const row = rows.get(id);
    if (!row) return [];
    const [node, link] = [summaryOf(row), linkOf(links.get(id), identityId)];
    return [{ node, factors: factors(id), link, directories: directories.get(id) ?? [] }];
  });
  return {
    identity: { ...detail.node, is: kindAmong([...readKinds(tx, ids).values()]) },
    accounts,
    groups: shown([...memberships.values()].map(({ id, name, since }) => ({ id, name, since }))),
    apps: shown(readApps(tx, ids, memberships, structure)),
    roles: shown(readRoles(tx, ids, memberships, structure)),
  };
}

/** As of another moment the identity may have been another. */
function linkOf(link: StoredLink | undefined, identityId: string): AccountLink | null {
  if (link?.identityId !== identityId) return null;
  const { homeId, how, reason, by, at } = link;
  return { homeId, how, reason, by, at };
}

function shown<T extends Named>(items: T[]): T[] {
  return items.sort((a, b) => compareText(a.name, b.name) || compareText(a.id, b.id)).slice(0, MAX_DETAIL_ITEMS);
}

type Memberships = Map<string, Named & { since: Millis }>;

function readMemberships(tx: Tx, accountIds: string[]): Memberships {
  const rows = tx.raw<[string, string, number]>(
    `SELECT g.id, g.name, e.began_at FROM json_each(?) j
     CROSS JOIN edge e ON e.from_id = j.value AND e.kind = 'MEMBER_OF' CROSS JOIN node g ON g.id = e.to_id
     ORDER BY g.id, e.began_at DESC`,
    set(accountIds),
  );
  // Through several accounts, the first membership tells since when. (Grouped here: through a lens SQL would be slow.)
  return new Map(rows.map(([id, name, since]) => [id, { id, name, since }]));
}

const OUT = `
SELECT e.from_id, e.to_id, e.attributes, e.began_at FROM json_each(?) j
CROSS JOIN edge e ON e.from_id = j.value AND e.kind = ? ORDER BY e.from_id, e.to_id`;

type OutRow = [string, string, string, number];

function readApps(tx: Tx, ids: string[], memberships: Memberships, structure: Structure): IdentityDetail['apps'] {
  const apps = new Map<string, IdentityDetail['apps'][number]>();
  const through = new Map<string, Named>();
  for (const [groupId, appId, , began] of tx.raw<OutRow>(OUT, set(memberships.keys()), 'ASSIGNED_TO')) {
    const app = structure.apps.get(appId);
    const group = memberships.get(groupId);
    if (!app || !group || through.has(appId)) continue;
    const via = { id: group.id, name: group.name };
    through.set(appId, via);
    const since = Math.max(group.since, began);
    apps.set(appId, { id: appId, name: app.name, status: app.status, via, accountStatus: null, userName: null, since });
  }
  for (const [, appId, attributes, since] of tx.raw<OutRow>(OUT, set(ids), 'ASSIGNED_TO')) {
    const app = structure.apps.get(appId);
    if (!app) continue;
    const { status, scope, userName } = parseAttributes(attributes);
    apps.set(appId, {
      id: appId,
      name: app.name,
      status: app.status,
      via: scope === 'GROUP' ? (through.get(appId) ?? null) : null,
      accountStatus: typeof status === 'string' ? status : null,
      userName: typeof userName === 'string' ? userName : null,
      since,
    });
  }
  return [...apps.values()];
}

function readRoles(tx: Tx, ids: string[], memberships: Memberships, structure: Structure): IdentityDetail['roles'] {
  const held = (rows: OutRow[], viaOf: (from: string) => (Named & { since: Millis }) | null) =>
    rows.flatMap(([from, roleId, , began]) => {
      const role = structure.roles.get(roleId);
      const group = viaOf(from);
      const via = group && { id: group.id, name: group.name };
      const since = Math.max(began, group?.since ?? 0);
      return role ? [{ id: role.id, type: role.type, name: role.name, via, since }] : [];
    });
  return [
    ...held(tx.raw<OutRow>(OUT, set(ids), 'HOLDS_ROLE'), () => null),
    ...held(tx.raw<OutRow>(OUT, set(memberships.keys()), 'HOLDS_ROLE'), (groupId) => memberships.get(groupId) ?? null),
  ];
}
