import { type Jewel, readJewels } from './criticality/said.store.ts';
import { readCoverage } from './facts.store.ts';
import type { CoverageInput } from './port.ts';
import type { Tx } from './tx.ts';

export interface RoleInfo {
  id: string;
  type: string;
  name: string;
}

export interface AppInfo {
  id: string;
  nativeId: string;
  name: string;
  status: string;
  signOnMode: string | null;
}

/** What all accounts have in common, read once for a run of evaluations. */
export interface Structure {
  roles: Map<string, RoleInfo>;
  apps: Map<string, AppInfo>;
  /** Groups that hold roles: name and role ids. */
  privilegedGroups: Map<string, { name: string; roleIds: string[] }>;
  /** By id: apps that are in use, groups and roles. */
  jewels: Map<string, Jewel>;
  coverage: CoverageInput[];
}

export function readStructure(tx: Tx): Structure {
  const roles = new Map<string, RoleInfo>();
  for (const [id, name, type] of tx.raw<[string, string, string]>(
    `SELECT id, name, coalesce(attributes->>'type', native_id) FROM node
     WHERE kind = 'role' ORDER BY id`,
  )) {
    roles.set(id, { id, name, type });
  }
  return {
    roles,
    apps: readApps(tx),
    privilegedGroups: readPrivilegedGroups(tx),
    jewels: new Map(readJewels(tx, true).map((jewel) => [jewel.id, jewel])),
    coverage: readCoverage(tx),
  };
}

function readApps(tx: Tx): Map<string, AppInfo> {
  const rows = tx.raw<[string, string, string, string | null, string | null]>(
    `SELECT id, native_id, name, status, attributes->>'signOnMode' FROM node
     WHERE kind = 'app'`,
  );
  return new Map(
    rows.map(([id, nativeId, name, status, signOnMode]) => [
      id,
      { id, nativeId, name, status: status ?? 'ACTIVE', signOnMode },
    ]),
  );
}

function readPrivilegedGroups(tx: Tx): Structure['privilegedGroups'] {
  const groups: Structure['privilegedGroups'] = new Map();
  for (const [id, name, roleId] of tx.raw<[string, string, string]>(
    `SELECT g.id, g.name, e.to_id FROM node r
     CROSS JOIN edge_in e ON e.to_id = r.id AND e.kind = 'HOLDS_ROLE' AND e.from_id >= 'grp_' AND e.from_id < 'grp\`'
     JOIN node g ON g.id = e.from_id
     WHERE r.kind = 'role' ORDER BY g.id, e.to_id`,
  )) {
    const group = groups.get(id) ?? { name, roleIds: [] };
    group.roleIds.push(roleId);
    groups.set(id, group);
  }
  return groups;
}
