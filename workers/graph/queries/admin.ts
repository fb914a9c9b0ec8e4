import { isLiveAssignment } from '../assignment.ts';
import { grouped } from '../group.ts';
import { parseAttributes } from '../nodes.store.ts';
import { readTierZero } from '../privileges/tier-zero.ts';
import type { Tx } from '../tx.ts';
import { POWER_COLUMNS, powerDrafts } from './administrators.ts';
import { membersOf, namesOf } from './holdings.ts';
import {
  type Cell,
  type Draft,
  nodeColumn,
  rowQuery,
  type SavedQuery,
  textColumn,
  textOf,
  timeColumn,
  wordsOf,
} from './query.ts';
import { appsWithRoles, roleAssignments } from './role-assignments.ts';

const theme = 'admin';

/** Okta's name for the app that is its Admin Console. */
const ADMIN_CONSOLE = 'saasure';

const consoleAccess = rowQuery({
  id: 'admin-console-access',
  theme,
  title: 'Principals with Admin Console Access',
  description: 'Accounts and groups that the Admin Console is assigned to, and the members of such groups.',
  needs: ['apps', 'assignments', 'users'],
  columns: [
    nodeColumn('principal', 'Who'),
    nodeColumn('through', 'Through the group'),
    nodeColumn('app', 'App'),
    timeColumn('since', 'Since'),
  ],
  rows: ({ tx }) => {
    const assigned = tx
      .raw<[string, string, number, string]>(
        `SELECT e.from_id, e.to_id, e.began_at, e.attributes FROM node n
         CROSS JOIN edge_in e ON e.to_id = n.id AND e.kind = 'ASSIGNED_TO'
         WHERE n.kind = 'app' AND n.attributes->>'catalogName' = ?`,
        ADMIN_CONSOLE,
      )
      .filter(([, , , text]) => isLiveAssignment(parseAttributes(text).status));
    const groups = new Set(assigned.flatMap(([from]) => (from.startsWith('grp_') ? [from] : [])));
    const members = grouped(membersOf(tx, groups));
    const names = namesOf(tx, [...assigned.map(([from]) => from), ...[...members.values()].flat()]);
    return {
      drafts: assigned.flatMap(([from, app, since]) => {
        const row = (who: string, through: Cell): Draft => ({
          name: names.get(who) ?? who,
          cells: [{ node: who }, through, { node: app }, since],
        });
        return [row(from, null), ...(members.get(from) ?? []).map((member) => row(member, { node: from }))];
      }),
    };
  },
});

function roles(tx: Tx, custom: boolean): Draft[] {
  return tx
    .raw<[string, string, string]>("SELECT id, name, attributes FROM node WHERE kind = 'role'")
    .map(([id, name, text]) => ({ id, name, attributes: parseAttributes(text) }))
    .filter(({ attributes }) => (attributes.custom === true) === custom)
    .map(({ id, name, attributes }) => ({
      name,
      cells: custom
        ? [{ node: id }, textOf(attributes.description), wordsOf(attributes.permissions)]
        : [{ node: id }, textOf(attributes.type)],
    }));
}

export const ADMIN_QUERIES: SavedQuery[] = [
  consoleAccess,
  roleAssignments,
  rowQuery({
    id: 'custom-roles',
    theme,
    title: 'All Custom Roles',
    description: 'Roles that the org made for itself, with their permissions.',
    needs: ['roles'],
    columns: [
      nodeColumn('role', 'Role'),
      textColumn('description', 'Description'),
      textColumn('permissions', 'Permissions'),
    ],
    rows: ({ tx }) => ({ drafts: roles(tx, true) }),
  }),
  rowQuery({
    id: 'built-in-roles',
    theme,
    title: 'All Built-in Roles',
    description: 'Okta’s standard roles that the org has given to somebody.',
    needs: ['roles'],
    columns: [nodeColumn('role', 'Role'), textColumn('type', 'Type')],
    rows: ({ tx }) => ({ drafts: roles(tx, false) }),
  }),
  rowQuery({
    id: 'group-administrators',
    theme,
    title: 'Group Administrators',
    description: 'Who may change the members of groups or act on their members, by standard or custom role.',
    needs: ['roles', 'resourceSets', 'users'],
    columns: POWER_COLUMNS,
    rows: (context) => ({ drafts: powerDrafts(context, ['GROUP_ADMIN', 'GROUP_MEMBERSHIP_ADMIN', 'ADD_MEMBER']) }),
  }),
  rowQuery({
    id: 'application-administrators',
    theme,
    title: 'Application Administrators and Managers',
    description: 'Who may administer apps, by standard or custom role.',
    needs: ['roles', 'resourceSets', 'users', 'apps'],
    columns: POWER_COLUMNS,
    rows: (context) => ({ drafts: powerDrafts(context, ['APP_ADMIN', 'MANAGE_APP']) }),
  }),
  appsWithRoles,
  rowQuery({
    id: 'tier-zero',
    theme,
    title: 'Tier Zero Principals and Devices',
    description: 'The org, who holds all power over it, and their devices, tokens and credentials.',
    needs: ['roles', 'users', 'devices', 'apiTokens', 'appCredentials'],
    columns: [nodeColumn('node', 'What'), textColumn('reason', 'Because it is'), nodeColumn('of', 'Of or through')],
    rows: ({ tx }) => {
      const { items, truncated } = readTierZero(tx);
      const drafts = items.map(
        ({ node, reason, of }): Draft => ({
          name: node.name,
          cells: [{ node: node.id }, reason, of && { node: of.id }],
        }),
      );
      return { drafts, truncated };
    },
  }),
];
