import { Link } from '@remix-run/react';
import type { IdentityDetail } from '~/api/identities.server';
import { nodePath } from '~/graph/kinds';
import { atMoment } from '~/graph/moment';
import { useFixColumn } from '~/remediation/fix-column';
import { type Column, DataTable } from '~/ui/data-table';
import { None } from '~/ui/none';
import { Panel } from '~/ui/page';
import { Label, StatusTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import { plural, readable } from '~/ui/words';

type Via = IdentityDetail['apps'][number]['via'];

/** Through what something is held: a group, or nothing in between. */
function viaText(via: Via): string {
  return via === null ? 'directly' : via.name;
}

const since = <Row extends { since: string | null }>(): Column<Row> => ({
  key: 'since',
  header: 'Since',
  align: 'right',
  width: '7rem',
  cell: (row) => (row.since === null ? <None /> : <Ago at={row.since} />),
});

/** A row of what is held, with the node it is of. */
type Numbered<T> = T & { node: string };

/** A node may be held in several ways, so the row is its place in the list. */
function numbered<T extends { id: string }>(rows: T[]): Numbered<T>[] {
  return rows.map((row, index) => ({ ...row, node: row.id, id: `${row.id}-${index}` }));
}

function held(kind: string, header: string, asOf: string | null): Column<Numbered<{ id: string; name: string }>> {
  return {
    key: kind,
    header,
    narrow: 'title',
    cell: ({ node, name }) => <Link to={atMoment(nodePath({ id: node, kind }), asOf)}>{name}</Link>,
  };
}

const ROLES: Column<Numbered<IdentityDetail['roles'][number]>>[] = [
  {
    key: 'type',
    header: 'Type',
    narrow: 'bare',
    cell: (role) => (role.type === null ? <None /> : <Label>{readable(role.type)}</Label>),
  },
  { key: 'via', header: 'Through', cell: (role) => viaText(role.via) },
  since(),
];

type AppRow = Numbered<IdentityDetail['apps'][number]>;

const APPS: Column<AppRow>[] = [
  { key: 'user', header: 'Account there', cell: (app) => <span className="break">{app.userName ?? '–'}</span> },
  {
    key: 'status',
    header: 'Status',
    narrow: 'bare',
    cell: (app) => (app.accountStatus === null ? <None /> : <StatusTag status={app.accountStatus} />),
  },
  { key: 'via', header: 'Through', cell: (app) => viaText(app.via) },
];

/** Told of now alone. */
const USED: Column<AppRow> = {
  key: 'used',
  header: 'Last used',
  cell: (app) =>
    app.lastUsedAt === null ? (
      <span className="mute">not seen</span>
    ) : (
      <>
        <Ago at={app.lastUsedAt} />
        <br />
        <span className="mute">{plural(app.signOns30d, 'sign-on')} in 30 days</span>
      </>
    ),
};

interface Held {
  /** The account that a change is made to; null where none is offered. */
  accountId: string | null;
  /** The moment that is looked at; null: now. */
  asOf: string | null;
}

export function Roles({ roles, accountId, asOf }: Held & { roles: IdentityDetail['roles'] }) {
  const fix = useFixColumn<Numbered<IdentityDetail['roles'][number]>>(accountId, ({ node }, account) => ({
    action: 'remove_role',
    account,
    role: node,
  }));
  if (roles.length === 0) return null;
  return (
    <Panel title="Admin roles" hint={plural(roles.length, 'role')} flush>
      <DataTable
        caption="Admin roles"
        rows={numbered(roles)}
        columns={[held('role', 'Role', asOf), ...ROLES, ...fix]}
      />
    </Panel>
  );
}

/** Each app leads to why the identity has it. */
function why(identityId: string, asOf: string | null): Column<AppRow> {
  return {
    key: 'why',
    header: 'Why',
    narrow: 'bare',
    cell: ({ node, name }) => (
      <Link to={atMoment(`/graph/access?identity=${identityId}&app=${node}`, asOf)} aria-label={`Why ${name} is held`}>
        Why?
      </Link>
    ),
  };
}

export function Apps({
  apps,
  identityId,
  accountId,
  asOf,
}: Held & { apps: IdentityDetail['apps']; identityId: string }) {
  const fix = useFixColumn<AppRow>(accountId, ({ node }, account) => ({
    action: 'unassign_app',
    account,
    app: node,
  }));
  return (
    <Panel title="Apps" hint={plural(apps.length, 'assignment')} flush={apps.length > 0}>
      {apps.length === 0 ? (
        <p className="mute">No app is assigned.</p>
      ) : (
        <DataTable
          caption="Apps"
          rows={numbered(apps)}
          columns={[
            held('app', 'App', asOf),
            ...APPS,
            ...(asOf === null ? [USED] : []),
            since(),
            why(identityId, asOf),
            ...fix,
          ]}
        />
      )}
    </Panel>
  );
}

export function Groups({ groups, accountId, asOf }: Held & { groups: IdentityDetail['groups'] }) {
  const fix = useFixColumn<Numbered<IdentityDetail['groups'][number]>>(accountId, ({ node }, account) => ({
    action: 'remove_from_group',
    account,
    group: node,
  }));
  return (
    <Panel title="Groups" hint={plural(groups.length, 'membership')} flush={groups.length > 0}>
      {groups.length === 0 ? (
        <p className="mute">Member of no group.</p>
      ) : (
        <DataTable caption="Groups" rows={numbered(groups)} columns={[held('group', 'Group', asOf), since(), ...fix]} />
      )}
    </Panel>
  );
}
