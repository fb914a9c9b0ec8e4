import { audit } from '../auth/audit.ts';
import type { Principal } from '../auth/principal.ts';
import { iso } from '../platform/clock.ts';
import { sha256Hex } from '../platform/crypto.ts';
import type { Deps } from '../platform/deps.ts';
import { notFound } from '../platform/errors.ts';
import { keysOfSources, type OauthKey, updateSourceWithKey } from './oauth-keys.repository.ts';
import { openKey, usedKey } from './oauth-keys.ts';
import { createOktaClient, oktaClientOf } from './okta/client.ts';
import { type OktaCredential, sealCredential } from './okta/credential.ts';
import { TEST_TIMEOUT_MS, testOktaConnection } from './okta/test-connection.ts';
import { getSource, noteTest, type Source } from './sources.repository.ts';
import type { StoredTest } from './stored-test.ts';

const OPTIONS = { timeoutMs: TEST_TIMEOUT_MS, freshToken: true };
/** How the key that waits is named among the checks. */
export const NEXT_KEY_CHECK = 'New key';

/**
 * Tries the connection, and remembers the result. A key that waits for the source is tried too, and takes over when it
 * reads all that the current one reads; until then it is one more check, which the outcome does not hang on. Throws
 * `not_found`.
 */
export async function testSource(
  deps: Deps,
  tenantId: string,
  id: string,
  by: Principal,
): Promise<StoredTest & { at: string }> {
  const source = await getSource(deps, tenantId, id);
  if (!source) throw notFound();
  const current = await testOktaConnection(await oktaClientOf(deps, tenantId, source, OPTIONS), source.authType);
  const next = (await keysOfSources(deps, tenantId, deps.clock.now())).get(id)?.next;
  const result = next ? await tryNextKey(deps, source, next, current, by) : current;
  const at = deps.clock.now();
  await noteTest(deps, tenantId, id, result, at);
  await note(deps, by, source, 'source.test', { ok: result.ok });
  return { at: iso(at), ...result };
}

async function tryNextKey(
  deps: Deps,
  source: Source,
  next: OauthKey,
  current: StoredTest,
  by: Principal,
): Promise<StoredTest> {
  if (source.clientId === null) return current;
  const credential: OktaCredential = {
    type: 'oauth',
    clientId: source.clientId,
    privateKey: await openKey(deps, next),
  };
  const cacheKey = sha256Hex(['next', source.tenantId, next.id, source.baseUrl, source.clientId].join('\n'));
  const tried = await testOktaConnection(
    createOktaClient(deps, source.baseUrl, credential, cacheKey, OPTIONS),
    'oauth',
  );
  const passed = readsAllThat(tried, current);
  if (passed) {
    const sealedCredential = await sealCredential(deps, source.tenantId, source.id, credential);
    await updateSourceWithKey(deps, source.tenantId, source.id, { sealedCredential }, usedKey(next));
    await note(deps, by, source, 'source.key.switch', { key: next.id, kid: next.publicJwk.kid ?? null });
  }
  const failed = tried.checks.find((check) => !check.ok && check.required) ?? tried.checks.find((check) => !check.ok);
  const check = {
    name: NEXT_KEY_CHECK,
    ok: passed,
    needs: 'private_key_jwt',
    role: null,
    required: false,
    detail: passed
      ? 'The source signs with it from now on. The old key can be removed from the service app.'
      : `Not taken into use; the old key stays. Add it to the service app's public keys. ${failed?.detail ?? ''}`.trim(),
  };
  return { ok: (passed ? tried : current).ok, checks: [...(passed ? tried : current).checks, check] };
}

/** True when something is read at all, and nothing is lost against `before`. */
function readsAllThat(tried: StoredTest, before: StoredTest): boolean {
  const reads = new Set(tried.checks.filter((check) => check.ok).map((check) => check.name));
  return reads.size > 0 && before.checks.every((check) => !check.ok || reads.has(check.name));
}

function note(deps: Deps, by: Principal, source: Source, action: string, detail: Record<string, unknown>) {
  return audit(deps, source.tenantId, by, { action, targetKind: 'source', targetId: source.id, detail });
}
