import { nodeId } from '../model.ts';
import { parseAttributes } from '../nodes.store.ts';
import { edgeQuery } from './edge-query.ts';
import { namesOf } from './holdings.ts';
import {
  booleanColumn,
  booleanOf,
  nodeColumn,
  rowQuery,
  type SavedQuery,
  textColumn,
  textOf,
  timeColumn,
  timeOf,
} from './query.ts';

const theme = 'inventory';

/** Sign-on modes in which Okta fills in a stored password. */
const SWA_MODES: ReadonlySet<string> = new Set(['AUTO_LOGIN', 'BASIC_AUTH', 'BROWSER_PLUGIN', 'SECURE_PASSWORD_STORE']);

const agents = rowQuery({
  id: 'agents',
  theme,
  title: 'Agents, Agent Pools and Host Servers',
  description: 'Directory agents, the pool of each, the app it serves and the computer it runs on.',
  needs: ['agents'],
  columns: [
    nodeColumn('pool', 'Pool'),
    nodeColumn('agent', 'Agent'),
    nodeColumn('host', 'Host'),
    nodeColumn('app', 'Serves'),
    textColumn('type', 'Type'),
    textColumn('status', 'Status'),
    textColumn('version', 'Version'),
  ],
  rows: ({ tx }) => ({
    drafts: tx
      .raw<[string, string, string, string | null, string | null, string | null, string | null, string | null]>(
        `SELECT p.id, p.name, p.attributes, m.from_id, h.from_id, s.to_id, a.status, a.attributes->>'version'
         FROM node p
         LEFT JOIN edge_in m ON m.to_id = p.id AND m.kind = 'AGENT_MEMBER_OF'
         LEFT JOIN edge_in h ON h.to_id = m.from_id AND h.kind = 'HOSTS_AGENT'
         LEFT JOIN edge s ON s.from_id = p.id AND s.kind = 'AGENT_POOL_FOR'
         LEFT JOIN node a ON a.id = m.from_id
         WHERE p.kind = 'agent_pool'`,
      )
      .map(([pool, name, text, agent, host, app, status, version]) => {
        const { type, operationalStatus } = parseAttributes(text);
        return {
          name,
          cells: [
            { node: pool },
            agent && { node: agent },
            host && { node: host },
            app && { node: app },
            textOf(type),
            status ?? textOf(operationalStatus),
            version,
          ],
        };
      }),
  }),
});

const swaApps = rowQuery({
  id: 'swa-apps',
  theme,
  title: 'SWA Applications',
  description: 'Apps that Okta signs in to by filling in a stored password.',
  needs: ['apps'],
  columns: [nodeColumn('app', 'App'), textColumn('mode', 'Sign-on mode'), textColumn('status', 'Status')],
  rows: ({ tx }) => ({
    drafts: tx
      .raw<[string, string, string | null, string | null]>(
        "SELECT id, name, status, attributes->>'signOnMode' FROM node WHERE kind = 'app'",
      )
      .filter(([, , , mode]) => mode !== null && SWA_MODES.has(mode))
      .map(([id, name, status, mode]) => ({ name, cells: [{ node: id }, mode, status] })),
  }),
});

const credentials = rowQuery({
  id: 'app-credentials',
  theme,
  title: 'Application Credentials',
  description: 'Client secrets, keys and certificates of apps, and whether the app holds a role.',
  needs: ['appCredentials'],
  columns: [
    nodeColumn('app', 'App'),
    nodeColumn('credential', 'Credential'),
    textColumn('type', 'Type'),
    textColumn('status', 'Status'),
    timeColumn('created', 'Made'),
    timeColumn('expiresAt', 'Ends'),
    booleanColumn('privileged', 'App holds a role'),
  ],
  rows: ({ tx, powers }) => {
    const rows = tx
      .raw<[string, string | null, string, string]>(
        `SELECT n.id, e.to_id, n.source_id, n.attributes FROM node n
         LEFT JOIN edge e ON e.from_id = n.id AND e.kind IN ('SECRET_OF', 'KEY_OF') WHERE n.kind = 'credential'`,
      )
      .flatMap(([id, app, source, text]): [string, string, string][] => {
        // one that is switched off leads nowhere, and names its app
        const { appId } = parseAttributes(text);
        const of = app ?? (typeof appId === 'string' ? nodeId('app', source, appId) : null);
        return of === null ? [] : [[id, of, text]];
      });
    const names = namesOf(
      tx,
      rows.map(([, app]) => app),
    );
    const { privileged } = powers();
    return {
      drafts: rows.map(([id, app, text]) => {
        const { type, status, created, expiresAt } = parseAttributes(text);
        const known = [textOf(type), textOf(status), timeOf(created), timeOf(expiresAt)];
        return {
          name: names.get(app) ?? app,
          cells: [{ node: app }, { node: id }, ...known, privileged.has(app)],
        };
      }),
    };
  },
});

export const INVENTORY_QUERIES: SavedQuery[] = [
  agents,
  edgeQuery({
    id: 'app-assignments',
    theme,
    title: 'Application Assignments',
    description: 'Which accounts and groups have which apps.',
    needs: ['assignments'],
    kinds: ['ASSIGNED_TO'],
    titles: { from: 'Account or group', to: 'App' },
    extras: [
      { column: textColumn('status', 'Status'), of: 'edge', cell: ({ status }) => textOf(status) },
      { column: textColumn('userName', 'Name in the app'), of: 'edge', cell: ({ userName }) => textOf(userName) },
    ],
  }),
  credentials,
  edgeQuery({
    id: 'devices',
    theme,
    title: 'Devices',
    description: 'Devices and whose they are.',
    needs: ['devices'],
    kinds: ['DEVICE_OF'],
    from: ['device'],
    titles: { from: 'Device', to: 'Account' },
    extras: [
      { column: textColumn('platform', 'Platform'), of: 'from', cell: ({ platform }) => textOf(platform) },
      { column: textColumn('status', 'Status'), of: 'from', cell: ({ status }) => textOf(status) },
      { column: booleanColumn('managed', 'Managed'), of: 'from', cell: ({ managed }) => booleanOf(managed) },
    ],
  }),
  edgeQuery({
    id: 'group-membership',
    theme,
    title: 'Group Membership',
    description: 'Who is in which group.',
    needs: ['users'],
    kinds: ['MEMBER_OF'],
    from: ['account'],
    titles: { from: 'Account', to: 'Group' },
  }),
  edgeQuery({
    id: 'organizational-structure',
    theme,
    title: 'Organizational Structure',
    description: 'Who is whose manager.',
    needs: ['users'],
    kinds: ['MANAGER_OF'],
    titles: { from: 'Manager', to: 'Account' },
  }),
  edgeQuery({
    id: 'realm-membership',
    theme,
    title: 'Realm Membership',
    description: 'Which account is in which realm.',
    needs: ['realms', 'users'],
    kinds: ['REALM_CONTAINS'],
    from: ['realm'],
    titles: { from: 'Realm', to: 'Account' },
  }),
  edgeQuery({
    id: 'resource-set-membership',
    theme,
    title: 'Resource Set Membership',
    description: 'What the resource sets of custom roles contain.',
    needs: ['resourceSets'],
    kinds: ['RESOURCE_SET_CONTAINS'],
    from: ['resource_set'],
    titles: { from: 'Resource set', to: 'Contains' },
  }),
  edgeQuery({
    id: 'policy-mappings',
    theme,
    title: 'Policy Mappings',
    description: 'Which policy guards which app.',
    needs: ['policies', 'apps'],
    kinds: ['POLICY_MAPPING'],
    from: ['policy'],
    titles: { from: 'Policy', to: 'App' },
    extras: [{ column: textColumn('type', 'Type'), of: 'from', cell: ({ type }) => textOf(type) }],
  }),
  swaApps,
];
