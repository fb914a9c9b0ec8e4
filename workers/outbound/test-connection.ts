import { audit } from '../auth/audit.ts';
import type { Principal } from '../auth/principal.ts';
import type { Deps } from '../platform/deps.ts';
import { createSealer } from '../platform/sealing.ts';
import { attempt } from './attempt.ts';
import { testBody } from './body.ts';
import { openCredentials } from './integration.ts';
import { getIntegration, updateIntegration } from './integrations.repository.ts';
import { explainStatus } from './outcome.ts';

export interface TestResult {
  ok: boolean;
  /** HTTP status of the answer; null when there was none. */
  status: number | null;
  /** What went wrong and what to do next. */
  error: string | null;
  durationMs: number;
}

/**
 * "Test connection": sends a test event of the shape of a delivery, and stores the result. One that is switched off can
 * be tested and stays off. Throws `not_found`; what the receiver does is a result, not an error.
 */
export async function testConnection(
  deps: Deps,
  tenantId: string,
  principal: Principal,
  id: string,
): Promise<TestResult> {
  const integration = await getIntegration(deps, tenantId, id);
  const credentials = await openCredentials(createSealer(deps.env.SEALING_KEYS), integration);
  const eventId = deps.ids.next('dlv');
  const startedAt = deps.clock.now();
  const body = JSON.stringify(testBody(eventId, startedAt, deps.env.CONSOLE_URL));
  const result = await attempt(deps, { url: integration.url, credentials }, { id: eventId, body });
  const endedAt = deps.clock.now();

  const status = result.kind === 'answer' ? result.status : null;
  const ok = status !== null && status >= 200 && status < 300;
  const error = ok ? null : result.kind === 'answer' ? explainStatus(result.status) : result.error;
  await updateIntegration(deps, tenantId, id, {
    lastTestAt: endedAt,
    lastTestError: error,
    ...(integration.status !== 'disabled' && { status: ok ? 'connected' : 'failed' }),
  });
  const detail = { ok, status };
  await audit(deps, tenantId, principal, {
    action: 'integration.test',
    targetKind: 'integration',
    targetId: id,
    detail,
  });
  return { ok, status, error, durationMs: endedAt - startedAt };
}
