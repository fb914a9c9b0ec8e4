import { z } from 'zod';
import type { Api, Query } from './client.server';
import { criticality } from './nodes.server';
import { count, maybe, pageOf, reach } from './shapes.server';

const identity = z.object({
  id: z.string(),
  name: z.string(),
  login: maybe(z.string()),
  email: maybe(z.string()),
  status: maybe(z.string()),
  tier: maybe(z.string()),
  department: maybe(z.string()),
  title: maybe(z.string()),
  lastLoginAt: maybe(z.string()),
  source: maybe(z.string()),
  nativeId: maybe(z.string()),
  openIssues: count,
  kind: z
    .string()
    .nullish()
    .transform((kind) => kind ?? 'human'),
  kindReasons: z
    .array(z.string())
    .nullish()
    .transform((reasons) => reasons ?? []),
  kindSetBy: maybe(z.string()),
});
export type Identity = z.output<typeof identity>;

const via = maybe(z.object({ id: z.string(), name: z.string() }));

const factors = z.object({
  known: z.boolean(),
  factors: z
    .array(
      z.looseObject({
        id: maybe(z.string()),
        type: z.string(),
        provider: maybe(z.string()),
        status: maybe(z.string()),
      }),
    )
    .nullish()
    .transform((list) => list ?? []),
  reason: maybe(z.string()),
});

const account = z.object({
  id: z.string(),
  name: z.string(),
  source: z.string(),
  nativeId: z.string(),
  status: maybe(z.string()),
  login: maybe(z.string()),
  lastLoginAt: maybe(z.string()),
  passwordChangedAt: maybe(z.string()),
  provider: maybe(z.string()),
  factors: maybe(factors),
  /** Directories that know the account, as apps, and its id there. */
  directories: z.array(z.object({ id: z.string(), name: z.string(), externalId: z.string() })).default([]),
  /** Why it belongs to the identity; null: the identity is made of it. */
  joined: maybe(z.object({ how: z.string(), reason: z.string(), by: maybe(z.string()), at: maybe(z.string()) })),
});
export type Account = z.output<typeof account>;

const detail = z.object({
  identity,
  criticality,
  accounts: z.array(account).default([]),
  groups: z.array(z.object({ id: z.string(), name: z.string(), since: maybe(z.string()) })).default([]),
  apps: z
    .array(
      z.object({
        id: z.string(),
        name: z.string(),
        status: maybe(z.string()),
        via,
        accountStatus: maybe(z.string()),
        userName: maybe(z.string()),
        since: maybe(z.string()),
        lastUsedAt: maybe(z.string()),
        signOns30d: count,
      }),
    )
    .default([]),
  roles: z
    .array(z.object({ id: z.string(), type: maybe(z.string()), name: z.string(), via, since: maybe(z.string()) }))
    .default([]),
  reach: maybe(reach),
  verdicts: z.array(z.object({ detection: z.string(), status: z.string(), reason: maybe(z.string()) })).default([]),
});
export type IdentityDetail = z.output<typeof detail>;

const coverage = z.object({
  source: z.string(),
  need: z.string(),
  reason: maybe(z.string()),
});
export interface CoverageNote {
  source: string;
  need: string;
  reason: string;
}

export const askIdentities = (api: Api, query: Query) => api.ask('GET', '/identities', pageOf(identity), { query });
export const getIdentity = (api: Api, id: string, asOf?: string) =>
  api.get(`/identities/${encodeURIComponent(id)}`, detail, { asOf });

/** `kind` null: what the rules say. */
export const setIdentityKind = (api: Api, id: string, kind: string | null) =>
  api.ask('PUT', `/identities/${encodeURIComponent(id)}/kind`, z.unknown(), { body: { kind } });

const match = z.object({
  account: z.object({
    id: z.string(),
    name: z.string(),
    login: maybe(z.string()),
    status: maybe(z.string()),
    source: z.string(),
  }),
  identityId: z.string(),
  how: z.string(),
  reason: z.string(),
  hindrance: z.string(),
});
export type Match = z.output<typeof match>;

/** Accounts that may be the same person's; none where they cannot be told. */
export async function listMatches(api: Api, id: string): Promise<Match[]> {
  const outcome = await api.ask(
    'GET',
    `/identities/${encodeURIComponent(id)}/matches`,
    z.object({ data: z.array(match) }),
  );
  return outcome.ok ? outcome.value.data : [];
}

const joined = z.object({ identityId: z.string(), name: z.string() });

export const joinIdentity = (api: Api, id: string, other: { identityId: string } | { accountId: string }) =>
  api.ask('POST', `/identities/${encodeURIComponent(id)}/join`, joined, { body: other });
export const splitAccount = (api: Api, id: string, accountId: string) =>
  api.ask('POST', `/identities/${encodeURIComponent(id)}/split`, joined, { body: { accountId } });

/** What could not be read, and why. Complete parts are left out; null when it cannot be told. */
export async function coverageNotes(api: Api): Promise<CoverageNote[] | null> {
  const outcome = await api.ask('GET', '/coverage', pageOf(coverage));
  if (!outcome.ok) return null;
  return outcome.value.data.flatMap(({ source, need, reason }) => (reason === null ? [] : [{ source, need, reason }]));
}
