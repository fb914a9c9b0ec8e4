import { z } from 'zod';
import { SECOND } from '../../platform/clock.ts';
import { PosternError } from '../../platform/errors.ts';
import type { StoredTest } from '../stored-test.ts';
import { listIn, type OktaClient } from './client.ts';
import type { OktaCredential } from './credential.ts';
import { CAPABILITIES, type Capability, FACTORS, USERS } from './grants.ts';

/** A person waits for the answer. */
export const TEST_TIMEOUT_MS = 10 * SECOND;

type AuthType = OktaCredential['type'];
type Check = StoredTest['checks'][number];
type Reader = Pick<OktaClient, 'get'>;

const firstUser = z.tuple([z.looseObject({ id: z.string() })]).rest(z.unknown());

/**
 * Tries what Postern reads, each with the scope and the role it needs. `ok` when everything required answers; what is
 * missing is named, with what to do about it. Never throws for what Okta answers.
 */
export async function testOktaConnection(client: Reader, auth: AuthType = 'ssws'): Promise<StoredTest> {
  const users = await tryCapability(client, auth, USERS);
  if (!users.check.ok && users.unusable) {
    // the credential itself is refused, or nobody is there: the other answers would be the same
    return { ok: false, checks: [users.check] };
  }
  const user = firstUser.safeParse(users.rows);
  const [factors, ...others] = await Promise.all([
    tryFactors(client, auth, user.success ? user.data[0].id : null),
    ...CAPABILITIES.map(async (capability) => (await tryCapability(client, auth, capability)).check),
  ]);
  const checks = [users.check, factors, ...others];
  return { ok: checks.every((check) => check.ok || !check.required), checks };
}

interface Tried {
  check: Check;
  rows: unknown[];
  unusable: boolean;
}

async function tryCapability(
  client: Reader,
  auth: AuthType,
  capability: Capability & { path: string },
): Promise<Tried> {
  const check = checkOf(capability);
  try {
    const rows = listIn(await client.get(capability.path));
    const empty = capability.neverEmpty === true && rows.length === 0;
    const detail = `Okta lists none: the credential lacks an admin role that may see them. ${roleAdvice(auth, capability)}`;
    return { check: empty ? { ...check, ok: false, detail } : check, rows, unusable: false };
  } catch (error) {
    if (!(error instanceof PosternError)) throw error;
    const unusable = !['okta.forbidden', 'okta.not_found', 'okta.bad_request'].includes(error.code);
    const detail = [error.detail ?? error.title, adviceFor(error, auth, capability)].filter(Boolean).join(' ');
    return { check: { ...check, ok: false, detail }, rows: [], unusable };
  }
}

async function tryFactors(client: Reader, auth: AuthType, userId: string | null): Promise<Check> {
  if (userId === null) {
    return { ...checkOf(FACTORS), ok: false, detail: 'There is no user to try it with: see Users.' };
  }
  const path = `/api/v1/users/${encodeURIComponent(userId)}/factors`;
  return (await tryCapability(client, auth, { ...FACTORS, path })).check;
}

function checkOf({ name, scope, role, required }: Capability): Check {
  return { name, ok: true, needs: scope, role, required, detail: null };
}

/** What to do about a refusal; nothing for what time mends. */
function adviceFor(error: PosternError, auth: AuthType, capability: Capability): string | null {
  const needs = error.fields?.needs;
  if (needs === 'admin role') return roleAdvice(auth, capability);
  if (typeof needs === 'string') {
    return `Grant ${capability.scope} to the service app: Applications, the app, Okta API Scopes.`;
  }
  if (error.code === 'okta.unauthorized' && auth === 'oauth') {
    return 'For a service app: check the client ID, and that its public keys hold the one shown here.';
  }
  return null;
}

function roleAdvice(auth: AuthType, { role }: Capability): string {
  if (auth === 'ssws') return `Make the API token as a person with the role ${role}.`;
  return `Assign the role ${role} to the service app: Applications, the app, Admin roles.`;
}
