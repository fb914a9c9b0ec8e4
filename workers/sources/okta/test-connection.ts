import { z } from 'zod';
import { SECOND } from '../../platform/clock.ts';
import { PosternError } from '../../platform/errors.ts';
import type { StoredTest } from '../stored-test.ts';
import { listIn, type OktaClient } from './client.ts';

/** A person waits for the answer. */
export const TEST_TIMEOUT_MS = 10 * SECOND;

interface Capability {
  name: string;
  needs: string;
  path: string;
  /** Without it Postern still does its work, with less to show. */
  optional?: true;
  /** An org always has some: none means that the credential sees nothing. */
  neverEmpty?: true;
}

const CAPABILITIES: readonly Capability[] = [
  { name: 'Groups', needs: 'okta.groups.read', path: '/api/v1/groups?limit=1', neverEmpty: true },
  { name: 'Applications', needs: 'okta.apps.read', path: '/api/v1/apps?limit=1' },
  { name: 'Admin roles', needs: 'okta.roles.read', path: '/api/v1/iam/assignees/users?limit=1' },
  { name: 'System Log', needs: 'okta.logs.read', path: '/api/v1/logs?limit=1' },
  { name: 'API tokens', needs: 'okta.apiTokens.read', path: '/api/v1/api-tokens', optional: true },
  { name: 'Event hooks', needs: 'okta.eventHooks.read', path: '/api/v1/eventHooks', optional: true },
];

const firstUser = z.tuple([z.looseObject({ id: z.string() })]).rest(z.unknown());

/**
 * Tries what Postern reads, each with the scope or role it needs. `ok` when everything required answers; what is
 * missing is named. Never throws for what Okta answers.
 */
export async function testOktaConnection(client: OktaClient): Promise<StoredTest> {
  const usersNeed = {
    name: 'Users',
    needs: 'okta.users.read',
    path: '/api/v1/users?limit=1',
    neverEmpty: true,
  } as const;
  const users = await tryCapability(client, usersNeed);
  if (!users.check.ok && users.unusable) {
    // the credential itself is refused, or nobody is there: the other answers would be the same
    return { ok: false, checks: [users.check] };
  }
  const user = firstUser.safeParse(users.rows);
  const [others, factors] = await Promise.all([
    Promise.all(CAPABILITIES.map(async (capability) => ({ capability, ...(await tryCapability(client, capability)) }))),
    tryFactors(client, user.success ? user.data[0].id : null),
  ]);
  const required = others.filter(({ capability }) => !capability.optional).map(({ check }) => check);
  const checks = [users.check, factors, ...others.map(({ check }) => check)];
  return { ok: [users.check, factors, ...required].every((check) => check.ok), checks };
}

interface Tried {
  check: StoredTest['checks'][number];
  rows: unknown[];
  unusable: boolean;
}

async function tryCapability(client: OktaClient, capability: Capability): Promise<Tried> {
  const { name, needs } = capability;
  try {
    const rows = listIn(await client.get(capability.path));
    const empty = capability.neverEmpty === true && rows.length === 0;
    const detail = empty ? 'Okta lists none: the credential lacks an admin role that may see them.' : null;
    return { check: { name, ok: !empty, needs, detail }, rows, unusable: false };
  } catch (error) {
    if (!(error instanceof PosternError)) throw error;
    const unusable = !['okta.forbidden', 'okta.not_found', 'okta.bad_request'].includes(error.code);
    return { check: { name, ok: false, needs, detail: error.detail ?? error.title }, rows: [], unusable };
  }
}

async function tryFactors(client: OktaClient, userId: string | null): Promise<Tried['check']> {
  const check = { name: 'Authentication factors', needs: 'okta.users.read' };
  if (userId === null) return { ...check, ok: false, detail: 'There is no user to try it with.' };
  const path = `/api/v1/users/${encodeURIComponent(userId)}/factors`;
  return (await tryCapability(client, { ...check, path })).check;
}
