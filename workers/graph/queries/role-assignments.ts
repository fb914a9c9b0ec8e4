import { grouped } from '../group.ts';
import { nodeId } from '../model.ts';
import { parseAttributes } from '../nodes.store.ts';
import type { Tx } from '../tx.ts';
import { membersOf, namesOf } from './holdings.ts';
import {
  type Cell,
  type Draft,
  MAX_QUERY_ROWS,
  nodeColumn,
  type QueryContext,
  rowQuery,
  type SavedQuery,
  textColumn,
  textOf,
} from './query.ts';

const theme = 'admin';

const WHO = nodeColumn('principal', 'Who');
const WHAT = [
  nodeColumn('role', 'Role'),
  nodeColumn('target', 'Scope'),
  textColumn('scope', 'Which scope'),
  textColumn('status', 'Status'),
  nodeColumn('assignment', 'Role assignment'),
];

interface Assigned {
  holder: string;
  /** A row what it is about, in the order of `WHAT`. */
  rows: Cell[][];
}

/** Assignments with what they are about; without targets, about the whole org. Of the holders on this shard. */
function readAssigned(tx: Tx): Assigned[] {
  const targets = grouped(
    tx.raw<[string, string]>(
      `SELECT e.from_id, e.to_id FROM node n CROSS JOIN edge e ON e.from_id = n.id AND e.kind = 'SCOPED_TO'
       WHERE n.kind = 'role_assignment'`,
    ),
  );
  return tx
    .raw<[string, string, string | null, string, string]>(
      `SELECT n.id, n.source_id, n.status, n.attributes, e.from_id FROM node n
       CROSS JOIN edge_in e ON e.to_id = n.id AND e.kind = 'HAS_ROLE_ASSIGNMENT' WHERE n.kind = 'role_assignment'
       ORDER BY n.id, e.from_id`,
    )
    .map(([id, source, status, text, holder]) => {
      const { type, roleId, scoped } = parseAttributes(text);
      const role = { node: nodeId('role', source, textOf(roleId) ?? textOf(type) ?? '') };
      const to = targets.get(id) ?? [];
      const whole = scoped === false ? 'The whole org' : scoped === true ? 'Targets not read' : 'Not known yet';
      const scopes: [Cell, string][] = to.length > 0 ? to.map((target) => [{ node: target }, 'This']) : [[null, whole]];
      return { holder, rows: scopes.map(([target, scope]) => [role, target, scope, status, { node: id }]) };
    });
}

/** Whoever has a role: its holders, and after them the members of groups that hold it. */
function rolesInHands({ tx }: QueryContext): Draft[] {
  const assigned = readAssigned(tx);
  const groups = new Set(assigned.flatMap(({ holder }) => (holder.startsWith('grp_') ? [holder] : [])));
  const members = grouped(membersOf(tx, groups));
  const names = namesOf(tx, [...assigned.map(({ holder }) => holder), ...[...members.values()].flat()]);
  const drafts: Draft[] = [];
  const tell = (who: string, how: Cell[], rows: Cell[][]) => {
    for (const row of rows) drafts.push({ name: names.get(who) ?? who, cells: [{ node: who }, ...how, ...row] });
  };
  for (const { holder, rows } of assigned) tell(holder, ['Direct', null], rows);
  for (const { holder, rows } of assigned) {
    for (const member of members.get(holder) ?? []) {
      // a great group with many roles: what is beyond the bound is not made only to be left out
      if (drafts.length > MAX_QUERY_ROWS) return drafts;
      tell(member, ['Indirect', { node: holder }], rows);
    }
  }
  return drafts;
}

export const roleAssignments: SavedQuery = rowQuery({
  id: 'role-assignments',
  theme,
  title: 'Role Assignments and Scope',
  description:
    'Every admin role in somebody’s hands, their own (direct) or that of a group they are in (indirect), and what it is limited to.',
  needs: ['roles', 'users'],
  columns: [WHO, textColumn('how', 'Direct or indirect'), nodeColumn('through', 'Through the group'), ...WHAT],
  rows: (context) => ({ drafts: rolesInHands(context) }),
});

export const appsWithRoles: SavedQuery = rowQuery({
  id: 'apps-with-roles',
  theme,
  title: 'Applications with Role Assignments',
  description: 'Service apps that hold an admin role themselves.',
  needs: ['apps', 'clientRoles'],
  columns: [WHO, ...WHAT],
  rows: ({ tx }) => {
    const apps = readAssigned(tx).filter(({ holder }) => holder.startsWith('app_'));
    const names = namesOf(
      tx,
      apps.map(({ holder }) => holder),
    );
    return {
      drafts: apps.flatMap(({ holder, rows }) =>
        rows.map((row) => ({ name: names.get(holder) ?? holder, cells: [{ node: holder }, ...row] })),
      ),
    };
  },
});
