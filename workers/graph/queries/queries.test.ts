import { beforeAll, describe, expect, it } from 'vitest';
import { T0 } from '../../../test/deps.ts';
import { DAY } from '../../platform/clock.ts';
import type { TenantGraph } from '../directory.ts';
import { CORE_NEEDS, INVENTORY_NEEDS } from '../port.ts';
import { accountId, edge, eventOf, graphWith, group, page, pageOfPeople, remove, SRC } from '../testing/fixtures.ts';
import type { QueryAnswer } from './ask.ts';
import { SAVED_QUERIES } from './catalogue.ts';
import { queryWorld } from './testing.ts';

/** Rows as words: names of nodes, and other cells as they are but for times, which are left out. */
function wordsOf({ query, data }: QueryAnswer): string[] {
  return data.map((row) =>
    row
      .filter((_, place) => query.columns[place]?.type !== 'time')
      .map((cell) => (cell !== null && typeof cell === 'object' ? (cell.name ?? cell.id) : cell))
      .join(' | '),
  );
}

async function rowsOf(graph: TenantGraph, id: string): Promise<string[]> {
  return wordsOf(await graph.savedQuery(id, { limit: 200 })).sort();
}

/** What each finds in the fixture; what is not here is a near miss that must stay out. */
const EXPECTED: Record<string, string[]> = {
  agents: ['pool | agent | dc01 | wiki | AD | OPERATIONAL | 3.18'],
  'app-assignments': [
    'Ada | console | ACTIVE | u',
    'Eve | console | DEPROVISIONED | u',
    'Eve | crm | ACTIVE | u',
    'admins | console |  | ',
  ],
  'app-credentials': [
    'robot | new-secret | client_secret | ACTIVE | true',
    'robot | off-secret | client_secret | INACTIVE | true',
    'robot | old-secret | client_secret | ACTIVE | true',
    'robot | undated | client_secret | ACTIVE | true',
    'tool | tool-secret | client_secret | ACTIVE | false',
  ],
  devices: ['mac | Ada | MACOS | ACTIVE | true', 'phone | Eve | IOS | ACTIVE | '],
  'group-membership': ['Bob | admins', 'Dan | admins', 'Eve | staff'],
  'organizational-structure': ['Ada | Eve'],
  'realm-membership': ['emea | Eve'],
  'resource-set-membership': ['set1 | staff'],
  'policy-mappings': ['strict | crm | ACCESS_POLICY'],
  'swa-apps': ['wiki | BROWSER_PLUGIN | ACTIVE'],
  'admin-console-access': [
    'Ada |  | console',
    'Bob | admins | console',
    'Dan | admins | console',
    'admins |  | console',
  ],
  'role-assignments': [
    'Ada | Direct |  | SUPER_ADMIN |  | The whole org | ACTIVE | as-ada',
    'Bob | Indirect | admins | SUPER_ADMIN |  | The whole org | ACTIVE | as-admins',
    'Cyd | Direct |  | HELP_DESK_ADMIN | staff | This | ACTIVE | as-cyd',
    'Dan | Direct |  | APP_ADMIN | crm | This | ACTIVE | as-dan-app',
    'Dan | Direct |  | cr1 | set1 | This | ACTIVE | as-dan',
    'Dan | Indirect | admins | SUPER_ADMIN |  | The whole org | ACTIVE | as-admins',
    'admins | Direct |  | SUPER_ADMIN |  | The whole org | ACTIVE | as-admins',
    'robot | Direct |  | APP_ADMIN |  | The whole org | ACTIVE | as-robot',
  ],
  'custom-roles': [
    'cr1 | Second line | okta.users.credentials.resetFactors, okta.groups.members.manage, okta.apps.manage',
  ],
  'built-in-roles': ['APP_ADMIN | APP_ADMIN', 'HELP_DESK_ADMIN | HELP_DESK_ADMIN', 'SUPER_ADMIN | SUPER_ADMIN'],
  'group-administrators': ['Dan |  | ADD_MEMBER | staff | Itself | as-dan'],
  'application-administrators': [
    'Dan |  | APP_ADMIN | crm | Itself | as-dan-app',
    'robot |  | APP_ADMIN | Acme | Every API service | as-robot',
    'robot |  | APP_ADMIN | Acme | Every app | as-robot',
  ],
  'apps-with-roles': ['robot | APP_ADMIN |  | The whole org | ACTIVE | as-robot'],
  'tier-zero': [
    'Acme | org | ',
    'Ada | administrator | ',
    'Bob | administrator | admins',
    'Dan | administrator | admins',
    'admins | administrator | ',
    'mac | device | Ada',
    'token | token | Ada',
  ],
  'privileged-old-password-direct': ['Ada | SUPER_ADMIN | LOCKED_OUT'],
  'privileged-old-password-indirect': ['Bob | admins | SUPER_ADMIN | PASSWORD_EXPIRED'],
  'privileged-not-active-direct': ['Ada | SUPER_ADMIN | LOCKED_OUT'],
  'privileged-not-active-indirect': ['Bob | admins | SUPER_ADMIN | PASSWORD_EXPIRED'],
  'privileged-stale-direct': ['Ada | SUPER_ADMIN | LOCKED_OUT'],
  'privileged-stale-indirect': ['Bob | admins | SUPER_ADMIN | PASSWORD_EXPIRED'],
  'privileged-without-mfa-direct': ['Ada | SUPER_ADMIN | LOCKED_OUT'],
  'privileged-without-mfa-indirect': ['Bob | admins | SUPER_ADMIN | PASSWORD_EXPIRED'],
  'users-with-api-tokens': ['Ada | token | LOCKED_OUT'],
  'unrotated-keys': ['robot | old-secret | client_secret'],
  // the robot's own role reads every secret; Dan's is about another app
  'privileged-secret-readers': ['new-secret', 'off-secret', 'old-secret', 'undated'].map(
    (secret) => `robot |  | robot | ${secret} | as-robot`,
  ),
  'api-service-creators': ['Eve | scanner'],
  'scim-password-updates': ['crm | Eve'],
  'password-and-mfa-permissions': [
    'Cyd |  | HELP_DESK_ADMIN | staff | Its members | as-cyd',
    'Dan |  | RESET_FACTORS | Acme | Every account | as-dan',
  ],
  'hybrid-inbound': [
    'acme.local | Ada | PASSWORD_SYNC',
    'acme.local | Bob | PASSWORD_SYNC',
    'acme.local | Eve | PASSWORD_SYNC',
    'cloud | idp | INBOUND_ORG_SSO',
    'dc01 | agent | HOSTS_AGENT',
  ],
  'hybrid-outbound': ['crm | cloud | OUTBOUND_ORG_SSO'],
  'org-trust': ['cloud | idp | INBOUND_ORG_SSO', 'crm | cloud | OUTBOUND_ORG_SSO'],
  'idp-assignments': [
    'idp | Ada | IDENTITY_PROVIDER_FOR',
    'idp | Bob | IDENTITY_PROVIDER_FOR',
    'idp | Eve | IDENTITY_PROVIDER_FOR',
    'idp | admins | IDP_GROUP_ASSIGNMENT',
    'idp | staff | IDP_GROUP_ASSIGNMENT',
  ],
  'idp-privileged-direct': [
    'Ada | SUPER_ADMIN | idp | IDENTITY_PROVIDER_FOR',
    'admins | SUPER_ADMIN | idp | IDP_GROUP_ASSIGNMENT',
  ],
  'idp-privileged-indirect': ['Bob | admins | SUPER_ADMIN | idp | IDENTITY_PROVIDER_FOR'],
  'synced-privileged-hybrid-direct': ['Ada | SUPER_ADMIN | acme.local | PASSWORD_SYNC'],
  'synced-privileged-hybrid-indirect': ['Bob | admins | SUPER_ADMIN | acme.local | PASSWORD_SYNC'],
  'synced-privileged-okta-direct': [
    'Cyd | HELP_DESK_ADMIN | crm | USER_PULL',
    'admins | SUPER_ADMIN | wiki | GROUP_PULL',
  ],
  'synced-privileged-okta-indirect': ['Bob | admins | SUPER_ADMIN | crm | USER_PULL'],
  'inbound-sync': [
    'crm | Bob | USER_PULL',
    'crm | Cyd | USER_PULL',
    'crm | Eve | USER_PULL',
    'wiki | admins | GROUP_PULL',
  ],
  'outbound-sync': ['Eve | wiki | USER_PUSH', 'staff | wiki | GROUP_PUSH'],
  'principal-sync': [
    'Eve | wiki | USER_PUSH',
    'crm | Bob | USER_PULL',
    'crm | Cyd | USER_PULL',
    'crm | Eve | USER_PULL',
    'staff | wiki | GROUP_PUSH',
    'wiki | admins | GROUP_PULL',
  ],
};

describe('the saved queries', () => {
  let graph: TenantGraph;
  beforeAll(async () => {
    ({ graph } = await queryWorld(3));
  });

  it('are those of OktaHound', () => {
    expect(SAVED_QUERIES).toHaveLength(45);
    expect(SAVED_QUERIES.map(({ id }) => id).sort()).toEqual(Object.keys(EXPECTED).sort());
    for (const { columns } of SAVED_QUERIES) {
      expect(new Set(columns.map(({ id }) => id)).size).toBe(columns.length);
    }
  });

  it.each(Object.entries(EXPECTED))('%s finds what it should, and no more', async (id, expected) => {
    expect(await rowsOf(graph, id)).toEqual([...expected].sort());
  });

  it('find the same page by page', async () => {
    for (const { id } of SAVED_QUERIES) {
      const whole = await graph.savedQuery(id, { limit: 200 });
      const rows: unknown[] = [];
      let cursor: string | undefined;
      do {
        const part = await graph.savedQuery(id, { limit: 2, cursor });
        rows.push(...part.data);
        cursor = part.next ?? undefined;
      } while (cursor !== undefined);
      expect([id, rows]).toEqual([id, whole.data]);
      const exported = await graph.exportSavedQuery(id, { limit: 1_000 });
      expect([id, exported.data, exported.next]).toEqual([id, whole.data, null]);
      expect([id, exported.undetermined, exported.truncated]).toEqual([id, whole.undetermined, whole.truncated]);
    }
  });

  it('count their rows', async () => {
    const counts = await graph.savedQueryCounts();
    for (const [id, rows] of Object.entries(EXPECTED)) {
      expect([id, counts.get(id)]).toEqual([id, { count: rows.length, more: false }]);
    }
  });

  it('say of how many they cannot tell', async () => {
    const undetermined = async (id: string) => (await graph.savedQuery(id, { limit: 1 })).undetermined;
    expect(await undetermined('privileged-without-mfa-direct')).toBe(1);
    expect(await undetermined('privileged-without-mfa-indirect')).toBe(1);
    expect(await undetermined('unrotated-keys')).toBeGreaterThan(0);
    expect(await undetermined('privileged-stale-direct')).toBe(0);
  });

  it('refuse the cursor of another list, and a query that is none', async () => {
    await expect(graph.savedQuery('agents', { limit: 1, cursor: 'zz' })).rejects.toThrow();
    const { next } = await graph.savedQuery('group-membership', { limit: 1 });
    const cursor = next ?? '';
    for (const other of [{ id: 'agents' }, { id: 'group-membership', asOf: T0 }]) {
      const asked = graph.savedQuery(other.id, { limit: 1, cursor, asOf: other.asOf });
      await expect(asked).rejects.toMatchObject({ code: 'invalid_request', status: 400 });
    }
    await expect(graph.savedQuery('nothing', { limit: 1 })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('saved queries over time', () => {
  it('read the past, where what is gone still is', async () => {
    const { graph } = await queryWorld(2);
    const gone = edge(accountId('eve'), 'MEMBER_OF', group('staff').id);
    const moved = edge(accountId('ada'), 'MANAGER_OF', accountId('eve'));
    await graph.applyDelta({ changes: [remove(gone, T0 + DAY), remove(moved, T0 + DAY)], signals: [] });
    for (const [id, now, then] of [
      ['group-membership', 2, 3],
      ['organizational-structure', 0, 1],
    ] as const) {
      expect((await graph.savedQuery(id, { limit: 9 })).data).toHaveLength(now);
      expect((await graph.savedQuery(id, { limit: 9, asOf: T0 + 1 })).data).toHaveLength(then);
      expect((await graph.savedQuery(id, { limit: 9, asOf: T0 - 1 })).data).toHaveLength(0);
    }
    // ages are counted up to then
    expect((await graph.savedQuery('privileged-stale-direct', { limit: 9, asOf: T0 })).data).toHaveLength(1);
    for (const { id } of SAVED_QUERIES) await graph.savedQuery(id, { limit: 2, asOf: T0 });
  });

  it('say what is not known of each source', async () => {
    const { graph } = await graphWith(2);
    const coverage = (need: (typeof CORE_NEEDS)[number] | 'apiTokens', reason: string | null) => ({
      sourceId: SRC,
      need,
      reason,
      at: T0,
    });
    await graph.setCoverage([
      coverage('users', null),
      coverage('apiTokens', 'The scope okta.apiTokens.read is missing'),
    ]);
    expect(await graph.savedQuery('users-with-api-tokens', { limit: 1 })).toMatchObject({
      data: [],
      unknown: [{ sourceId: SRC, need: 'apiTokens', reason: 'The scope okta.apiTokens.read is missing' }],
    });
    expect((await graph.savedQuery('devices', { limit: 1 })).unknown).toMatchObject([{ need: 'devices' }]);
    expect((await graph.savedQuery('group-membership', { limit: 1 })).unknown).toEqual([]);
    const needs = new Set<string>([...CORE_NEEDS, ...INVENTORY_NEEDS]);
    for (const query of SAVED_QUERIES) expect(query.needs.filter((need) => !needs.has(need))).toEqual([]);
  });

  it('tell of a node that was never read, and of packed memberships', async () => {
    const { graph } = await graphWith(2);
    const names = Array.from({ length: 20 }, (_, i) => `p${i}`);
    const staff = group('staff');
    await graph.applyPage(
      pageOfPeople(names, {
        nodes: [staff],
        edges: names.map((name) => edge(accountId(name), 'MEMBER_OF', staff.id)),
      }),
    );
    await graph.applyPage(
      page({ edges: [edge('ext_none', 'PASSWORD_SYNC', accountId('p1'))], by: eventOf('1'), asOf: T0 + 1 }),
    );
    expect((await graph.savedQuery('group-membership', { limit: 200 })).data).toHaveLength(20);
    const inbound = await graph.savedQuery('hybrid-inbound', { limit: 9 });
    expect(inbound.data[0]?.[0]).toEqual({ id: 'ext_none', kind: null, name: null });
  });
});
