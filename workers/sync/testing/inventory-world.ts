import { happen } from './fake-log.ts';
import type { Harness } from './harness.ts';
import { device } from './whole-org.ts';

/*
 * Tests only: an inventory that changes as Okta's does. The log tells of most of it; lists that belong to an app or a
 * group change with the time of that. All of it hangs on what never goes away: Everyone and the first user.
 */

type Row = { id: string; name?: string } & Record<string, unknown>;

interface Kind {
  path: string;
  /** What the log says of a change. */
  event: string;
  row(n: number): Row;
}

const groups = ['00gEveryone'];

const KINDS = {
  accessPolicy: {
    path: '/api/v1/policies?type=ACCESS_POLICY',
    event: 'policy.lifecycle.update',
    row: (n) => ({
      ...{ id: `rst${n}`, type: 'ACCESS_POLICY', name: `Access ${n}`, status: 'ACTIVE', priority: n },
      conditions: { people: { groups: { include: groups } } },
    }),
  },
  passwordPolicy: {
    path: '/api/v1/policies?type=PASSWORD',
    event: 'policy.rule.update',
    row: (n) => ({ id: `00p${n}`, type: 'PASSWORD', name: `Password ${n}`, status: 'ACTIVE', priority: n }),
  },
  zone: {
    path: '/api/v1/zones',
    event: 'zone.update',
    row: (n) => ({ id: `nzo${n}`, type: 'IP', name: `Zone ${n}`, status: 'ACTIVE' }),
  },
  token: {
    path: '/api/v1/api-tokens',
    event: 'system.api_token.create',
    row: (n) => ({ id: `00T${n}`, name: `Token ${n}`, userId: '00u0', tokenWindow: 'P30D' }),
  },
  idp: {
    path: '/api/v1/idps',
    event: 'system.idp.lifecycle.update',
    row: (n) => ({
      ...{ id: `0oai${n}`, type: 'SAML2', name: `Provider ${n}`, status: 'ACTIVE' },
      protocol: { type: 'SAML2', issuer: { url: `https://org${n % 2}.okta.com` } },
      policy: { provisioning: { action: 'AUTO', groups: { action: 'ASSIGN', assignments: groups } } },
    }),
  },
  device: {
    path: '/api/v1/devices',
    event: 'device.lifecycle.activate',
    row: (n) => ({ ...device(`guo${n}`, n % 2 === 0 ? ['00u0'] : []) }),
  },
  origin: {
    path: '/api/v1/trustedOrigins',
    event: 'security.trusted_origin.create',
    row: (n) => ({ id: `tos${n}`, name: `Origin ${n}`, origin: `https://o${n}.test`, status: 'ACTIVE' }),
  },
  authenticator: {
    path: '/api/v1/authenticators',
    event: 'security.authenticator.lifecycle.update',
    row: (n) => ({ id: `aut${n}`, key: `key${n}`, type: 'app', name: `Authenticator ${n}`, status: 'ACTIVE' }),
  },
} satisfies Record<string, Kind>;
type KindName = keyof typeof KINDS;

export const INVENTORY_ACTS = [...(Object.keys(KINDS) as KindName[]), 'secret', 'owner'] as const;
export type InventoryAct = (typeof INVENTORY_ACTS)[number];

export function isInventoryAct(op: string): op is InventoryAct {
  return INVENTORY_ACTS.some((act) => act === op);
}

/** Of each kind at least one, as Okta never lists no password policy. */
export function inventoryWorld(seed: number): Record<string, unknown> {
  const kinds: Kind[] = Object.values(KINDS);
  return Object.fromEntries(
    kinds.map(({ path, row }) => [path, Array.from({ length: 1 + (seed % 3) }, (_, n) => row(n))]),
  );
}

export async function actOnInventory(
  h: Harness,
  op: InventoryAct,
  { a, b, n }: { a: number; b: number; n: number },
): Promise<void> {
  const { org } = h.okta;
  const more = org.more ?? {};
  if (op === 'owner') {
    const group = org.groups[1 + (a % Math.max(1, org.groups.length - 1))];
    if (!group) return;
    more[`/api/v1/groups/${group.id}/owners`] = b % 2 === 0 ? [{ id: '00u0', type: 'USER' }] : [];
    group.lastUpdated = h.clock.now();
    return;
  }
  if (op === 'secret') {
    const app = org.apps[a % Math.max(1, org.apps.length)];
    if (!app) return;
    const method = b % 3 === 0 ? 'none' : 'client_secret_basic';
    const oauthClient = { client_id: app.id, token_endpoint_auth_method: method };
    app.body = { signOnMode: 'OPENID_CONNECT', credentials: { oauthClient } };
    app.lastUpdated = h.clock.now();
    more[`/api/v1/apps/${app.id}/credentials/secrets`] = [{ id: `ocs${n}`, status: 'ACTIVE' }];
    more[`/api/v1/apps/${app.id}/grants`] = [{ id: `oag${n}`, scopeId: 'okta.users.read', status: 'ACTIVE' }];
    return;
  }
  const { path, event, row }: Kind = KINDS[op];
  const rows = more[path] as Row[];
  if (b % 3 === 0 && rows.length > 1) rows.splice(a % rows.length, 1);
  else if (b % 3 === 1) Object.assign(rows[a % rows.length] ?? {}, { status: b % 2 === 0 ? 'INACTIVE' : 'ACTIVE' });
  else rows.push(row(100 + n));
  await happen(h, event, []);
}
