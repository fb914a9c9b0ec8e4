import type { NodeKind } from './model.ts';
import { set, type Tx } from './tx.ts';

/** What a change touched, as far as verdicts may depend on it. */
export interface Changed {
  /** Their own rows, edges, factors or signals. */
  accounts: Set<string>;
  /** Groups whose roles (or name) changed: their members hold other roles now. */
  groups: Set<string>;
  /** Groups whose apps changed: their members' reach did, which is part of what fails only. */
  groupApps: Set<string>;
  apps: Set<string>;
  roles: Set<string>;
  /** Nodes that came or went, or whose edges did. */
  walked: Set<string>;
  /** Whether anything but identities and accounts changed. */
  structure: boolean;
}

export function nothingChanged(): Changed {
  return {
    accounts: new Set(),
    groups: new Set(),
    groupApps: new Set(),
    apps: new Set(),
    roles: new Set(),
    walked: new Set(),
    structure: false,
  };
}

export function noteNode(changed: Changed, id: string, kind: NodeKind): void {
  changed.walked.add(id);
  if (kind !== 'identity' && kind !== 'account') changed.structure = true;
  if (kind === 'account') changed.accounts.add(id);
  else if (kind === 'group') changed.groups.add(id);
  else if (kind === 'app') changed.apps.add(id);
  else if (kind === 'role') changed.roles.add(id);
}

export function noteEdge(changed: Changed, edge: { from: string; kind: string; to: string }): void {
  changed.walked.add(edge.from);
  if (edge.from.startsWith('acc_')) {
    changed.accounts.add(edge.from);
    return;
  }
  if (edge.from.startsWith('idn_')) {
    changed.accounts.add(edge.to);
    return;
  }
  changed.structure = true;
  if (edge.from.startsWith('rol_')) changed.roles.add(edge.from);
  else if (edge.kind === 'ASSIGNED_TO') changed.groupApps.add(edge.from);
  else changed.groups.add(edge.from);
}

/** The accounts whose verdicts a change may move, in the order of their ids. */
export function touchedAccounts(tx: Tx, changed: Changed): string[] {
  const touched = new Set(changed.accounts);
  const add = (query: string, ids: Set<string>) => {
    if (ids.size === 0) return;
    for (const [id] of tx.raw<[string]>(query, set(ids))) touched.add(id);
  };
  add(MEMBERS, changed.groups);
  add(FAILING_MEMBERS, changed.groupApps);
  add(ASSIGNED, changed.apps);
  add(HOLDERS, changed.roles);
  add(HOLDERS_BY_GROUP, changed.roles);
  return [...touched].sort();
}

const ACCOUNT_END = "from_id >= 'acc_' AND e.from_id < 'acc`'";

/** Also after a group lost its last role: its members may still carry a verdict of it. */
const MEMBERS = `
SELECT e.from_id FROM json_each(?) j CROSS JOIN edge_in e ON e.to_id = j.value AND e.kind = 'MEMBER_OF'`;

const FAILING_MEMBERS = `${MEMBERS}
WHERE EXISTS (SELECT 1 FROM verdict v WHERE v.account_id = e.from_id AND v.status = 'fail')`;

const ASSIGNED = `
SELECT e.from_id FROM json_each(?) j CROSS JOIN edge_in e ON e.to_id = j.value AND e.kind = 'ASSIGNED_TO'
WHERE e.${ACCOUNT_END}`;

const HOLDERS = `
SELECT e.from_id FROM json_each(?) j CROSS JOIN edge_in e ON e.to_id = j.value AND e.kind = 'HOLDS_ROLE'
WHERE e.${ACCOUNT_END}`;

const HOLDERS_BY_GROUP = `
SELECT e.from_id FROM json_each(?) j
CROSS JOIN edge_in h ON h.to_id = j.value AND h.kind = 'HOLDS_ROLE' AND h.from_id >= 'grp_' AND h.from_id < 'grp\`'
CROSS JOIN edge_in e ON e.to_id = h.from_id AND e.kind = 'MEMBER_OF'`;
