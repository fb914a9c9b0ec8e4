import { DAY } from '../../platform/clock.ts';
import { grouped } from '../group.ts';
import { parseAttributes } from '../nodes.store.ts';
import { set, type Tx } from '../tx.ts';
import { POWER_COLUMNS, powerDrafts, spread } from './administrators.ts';
import { edgeQuery } from './edge-query.ts';
import { namesOf } from './holdings.ts';
import {
  type Cell,
  type Draft,
  nodeColumn,
  type QueryContext,
  rowQuery,
  type SavedQuery,
  textColumn,
  textOf,
  timeColumn,
  timeOf,
} from './query.ts';

const theme = 'credentials';

/** A secret or key of an app with a role is to be replaced within a year (OktaHound). */
const UNROTATED_DAYS = 365;

const privilegedApps = ({ powers }: QueryContext): string[] =>
  [...powers().privileged].filter((id) => id.startsWith('app_'));

function unrotated(context: QueryContext): { drafts: Draft[]; undetermined: number } {
  const { tx, now } = context;
  const apps = privilegedApps(context);
  const names = namesOf(tx, apps);
  const drafts: Draft[] = [];
  let undetermined = 0;
  for (const [app, id, text] of tx.raw<[string, string, string]>(
    `SELECT e.to_id, n.id, n.attributes FROM json_each(?) j
     CROSS JOIN edge_in e ON e.to_id = j.value AND e.kind IN ('SECRET_OF', 'KEY_OF')
     CROSS JOIN node n ON n.id = e.from_id`,
    set(apps),
  )) {
    const { type, status, created } = parseAttributes(text);
    // a SAML certificate is no key that calls the API
    if (type === 'saml_certificate' || (textOf(status) ?? 'ACTIVE') !== 'ACTIVE') continue;
    const made = timeOf(created);
    if (made === null) undetermined += 1;
    else if (made < now - UNROTATED_DAYS * DAY) {
      drafts.push({ name: names.get(app) ?? app, cells: [{ node: app }, { node: id }, textOf(type), made] });
    }
  }
  return { drafts, undetermined };
}

/** Whoever may read the secret of an app with a role may act as that app. */
function secretReaders(context: QueryContext): Draft[] {
  const { tx } = context;
  const { powers, sets } = context.powers();
  const apps = privilegedApps(context);
  const secrets = grouped(secretsOf(tx, apps));
  const sources = new Map(
    tx.raw<[string, string]>(
      'SELECT n.id, n.source_id FROM json_each(?) j CROSS JOIN node n ON n.id = j.value',
      set(apps),
    ),
  );
  const readers = powers.filter(({ kind }) => kind === 'READ_CLIENT_SECRET');
  return spread(context, readers, ({ set: key, assignment }) => {
    const over = sets.get(key);
    if (!over || over.of === 'members') return [];
    const read = apps.filter((app) => (over.of === 'all' ? sources.get(app) === over.source : over.ids.includes(app)));
    return read.flatMap((app) =>
      (secrets.get(app) ?? []).map((secret): Cell[] => [
        { node: app },
        { node: secret },
        assignment && { node: assignment },
      ]),
    );
  });
}

function secretsOf(tx: Tx, apps: string[]): [string, string][] {
  return tx.raw<[string, string]>(
    `SELECT e.to_id, e.from_id FROM json_each(?) j
     CROSS JOIN edge_in e ON e.to_id = j.value AND e.kind = 'SECRET_OF' ORDER BY e.to_id, e.from_id`,
    set(apps),
  );
}

export const CREDENTIAL_QUERIES: SavedQuery[] = [
  rowQuery({
    id: 'unrotated-keys',
    theme,
    title: 'Unrotated Active Access Keys on Privileged Apps',
    description: `Active secrets and keys, older than ${UNROTATED_DAYS} days, of apps that hold a role.`,
    needs: ['appCredentials', 'clientRoles'],
    columns: [
      nodeColumn('app', 'App'),
      nodeColumn('credential', 'Credential'),
      textColumn('type', 'Type'),
      timeColumn('created', 'Made'),
    ],
    rows: unrotated,
  }),
  rowQuery({
    id: 'privileged-secret-readers',
    theme,
    title: 'Read Client Secrets of Privileged Applications',
    description: 'Who may read the client secret of an app that holds a role, and so act as the app.',
    needs: ['roles', 'clientRoles', 'appCredentials', 'users'],
    columns: [
      nodeColumn('principal', 'Who'),
      nodeColumn('through', 'Through the group'),
      nodeColumn('app', 'App'),
      nodeColumn('secret', 'Secret'),
      nodeColumn('assignment', 'Role assignment'),
    ],
    rows: (context) => ({ drafts: secretReaders(context) }),
  }),
  edgeQuery({
    id: 'api-service-creators',
    theme,
    title: 'API Service Integration Creators',
    description: 'Who added which API service integration: they have seen its secret.',
    needs: ['apiServices'],
    kinds: ['CREATOR_OF'],
    to: ['api_service'],
    titles: { from: 'Account', to: 'API service' },
  }),
  edgeQuery({
    id: 'scim-password-updates',
    theme,
    title: 'SCIM Apps Receiving Password Updates',
    description: 'Apps that are told the new passwords of accounts.',
    needs: ['apps', 'assignments'],
    kinds: ['READ_PASSWORD_UPDATES'],
    titles: { from: 'App', to: 'Account' },
  }),
  rowQuery({
    id: 'password-and-mfa-permissions',
    theme,
    title: 'Password and MFA Permissions',
    description: 'Who may reset the passwords or factors of others, by standard or custom role.',
    needs: ['roles', 'resourceSets', 'users'],
    columns: POWER_COLUMNS,
    rows: (context) => ({
      drafts: powerDrafts(context, [
        'RESET_PASSWORD',
        'RESET_FACTORS',
        'HELP_DESK_ADMIN',
        'GROUP_ADMIN',
        'ORG_ADMIN',
      ]).filter(
        // of what these administrators rule, accounts have a password
        ({ cells: [, , , , scope] }) => scope !== 'Every group' && scope !== 'Every device',
      ),
    }),
  }),
];
