import type { IdentityDetail } from '~/api/identities.server';
import { type Column, DataTable } from '~/ui/data-table';
import { Panel } from '~/ui/page';
import { Label, StatusTag } from '~/ui/status';
import { Ago } from '~/ui/time';
import { number, plural } from '~/ui/words';

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
  cell: (row) => (row.since === null ? '–' : <Ago at={row.since} />),
});

/** A node may be held in several ways, so the row is its place in the list. */
function numbered<T extends { id: string }>(rows: T[]): T[] {
  return rows.map((row, index) => ({ ...row, id: `${row.id}-${index}` }));
}

const ROLES: Column<IdentityDetail['roles'][number]>[] = [
  { key: 'role', header: 'Role', narrow: 'title', cell: (role) => <strong>{role.name}</strong> },
  {
    key: 'type',
    header: 'Type',
    narrow: 'bare',
    cell: (role) => (role.type === null ? '–' : <Label>{role.type}</Label>),
  },
  { key: 'via', header: 'Through', cell: (role) => viaText(role.via) },
  since(),
];

const APPS: Column<IdentityDetail['apps'][number]>[] = [
  { key: 'app', header: 'App', narrow: 'title', cell: (app) => <strong>{app.name}</strong> },
  { key: 'user', header: 'Account there', cell: (app) => <span className="break">{app.userName ?? '–'}</span> },
  {
    key: 'status',
    header: 'Status',
    narrow: 'bare',
    cell: (app) => (app.accountStatus === null ? '–' : <StatusTag status={app.accountStatus} />),
  },
  { key: 'via', header: 'Through', cell: (app) => viaText(app.via) },
  {
    key: 'used',
    header: 'Last used',
    cell: (app) => (app.lastUsedAt === null ? <span className="mute">not seen</span> : <Ago at={app.lastUsedAt} />),
  },
  { key: 'signOns', header: 'Sign-ons, 30 days', align: 'right', cell: (app) => number(app.signOns30d) },
  since(),
];

const GROUPS: Column<IdentityDetail['groups'][number]>[] = [
  { key: 'group', header: 'Group', narrow: 'title', cell: (group) => group.name },
  since(),
];

export function Roles({ roles }: { roles: IdentityDetail['roles'] }) {
  if (roles.length === 0) return null;
  return (
    <Panel title="Admin roles" hint={plural(roles.length, 'role')} flush>
      <DataTable caption="Admin roles" rows={numbered(roles)} columns={ROLES} />
    </Panel>
  );
}

export function Apps({ apps }: { apps: IdentityDetail['apps'] }) {
  return (
    <Panel title="Apps" hint={plural(apps.length, 'assignment')} flush={apps.length > 0}>
      {apps.length === 0 ? (
        <p className="mute">No app is assigned.</p>
      ) : (
        <DataTable caption="Apps" rows={numbered(apps)} columns={APPS} />
      )}
    </Panel>
  );
}

export function Groups({ groups }: { groups: IdentityDetail['groups'] }) {
  return (
    <Panel title="Groups" hint={plural(groups.length, 'membership')} flush={groups.length > 0}>
      {groups.length === 0 ? (
        <p className="mute">Member of no group.</p>
      ) : (
        <DataTable caption="Groups" rows={numbered(groups)} columns={GROUPS} />
      )}
    </Panel>
  );
}
