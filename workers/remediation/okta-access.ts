import { SECOND } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { type OktaAnswer, type OktaClient, oktaClientOf } from '../sources/okta/client.ts';
import { REMEDIATION_WRITES, type Write } from '../sources/okta/writes.ts';
import type { Source } from '../sources/sources.repository.ts';
import { ACTION_INFO } from './actions.ts';
import { scopeOfRequest } from './own-credential.ts';
import type { RemediationRequest } from './plan.types.ts';

/** A person waits for the plan, and a lease for the change. */
const TIMEOUT_MS = 10 * SECOND;

/** The one way in which Postern changes what is in an org. */
export interface OktaAccess {
  get: OktaClient['get'];
  /** Makes one change of those in `REMEDIATION_WRITES`. Throws `okta.write_not_allowed` for any other. */
  write(call: Write): Promise<OktaAnswer>;
}

/** Opens the source with the scopes that a request takes, of those that are granted. */
export async function openOkta(
  deps: Pick<Deps, 'env' | 'fetch' | 'clock'>,
  tenantId: string,
  source: Source,
  request: RemediationRequest,
): Promise<OktaAccess> {
  const client = await oktaClientOf(deps, tenantId, source, {
    timeoutMs: TIMEOUT_MS,
    scopes: [scopeOfRequest(request), ...ACTION_INFO[request.action].reads],
    freshToken: true,
    writes: REMEDIATION_WRITES,
  });
  return {
    get: client.get,
    write: ({ method, path }) => {
      if (method === 'DELETE') return client.del(path);
      return method === 'PUT' ? client.put(path, {}) : client.post(path, {});
    },
  };
}
