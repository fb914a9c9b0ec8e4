import { audit } from '../auth/audit.ts';
import type { Principal } from '../auth/principal.ts';
import type { Deps } from '../platform/deps.ts';
import { conflict, invalidRequest } from '../platform/errors.ts';
import { checkOutboundUrl } from '../platform/http/outbound-fetch.ts';
import { createSealer } from '../platform/sealing.ts';
import { type Integration, sealingContext } from './integration.ts';
import {
  countIntegrations,
  getIntegration,
  insertIntegration,
  removeIntegration,
  updateIntegration,
} from './integrations.repository.ts';
import { type IntegrationPatch, MAX_INTEGRATIONS, type NewIntegration } from './integrations.schemas.ts';
import { newSigningSecret } from './signing.ts';

/**
 * Connects a receiver. The signing secret is given back in the clear this once. Throws `outbound.blocked` for an address
 * that may not be called, `invalid_request` for one with a query string, `conflict` beyond MAX_INTEGRATIONS.
 */
export async function createIntegration(
  deps: Deps,
  tenantId: string,
  principal: Principal,
  input: NewIntegration,
): Promise<{ integration: Integration; signingSecret: string }> {
  const url = receiverUrl(deps, input.url);
  if ((await countIntegrations(deps, tenantId)) >= MAX_INTEGRATIONS) {
    throw conflict({ detail: `A tenant has at most ${MAX_INTEGRATIONS} integrations: remove one first.` });
  }
  const id = deps.ids.next('int');
  const signingSecret = input.signingSecret ?? newSigningSecret();
  const sealed = sealerOf(deps, tenantId, id);
  const integration: Integration = {
    tenantId,
    id,
    kind: input.kind,
    name: input.name,
    status: 'untested',
    url,
    keyIn: input.key?.in ?? null,
    keyName: input.key?.name ?? null,
    sealedKey: input.key ? await sealed(input.key.value) : null,
    sealedSigningSecret: await sealed(signingSecret),
    lastTestAt: null,
    lastTestError: null,
    createdAt: deps.clock.now(),
    deletedAt: null,
  };
  await insertIntegration(deps, integration);
  await audit(deps, tenantId, principal, {
    action: 'integration.create',
    targetKind: 'integration',
    targetId: id,
    detail: { name: input.name, url, key: input.key ? { in: input.key.in, name: input.key.name } : null },
  });
  return { integration, signingSecret };
}

/**
 * Changes what is given. A new address, key or secret has to be tested again, so the status goes back to `untested`.
 * Throws like `createIntegration`, and `not_found`.
 */
export async function changeIntegration(
  deps: Deps,
  tenantId: string,
  principal: Principal,
  id: string,
  patch: IntegrationPatch,
): Promise<Integration> {
  const before = await getIntegration(deps, tenantId, id);
  const sealed = sealerOf(deps, tenantId, id);
  const change: Parameters<typeof updateIntegration>[3] = {};
  if (patch.name !== undefined) change.name = patch.name;
  if (patch.url !== undefined) change.url = receiverUrl(deps, patch.url);
  if (patch.key !== undefined) {
    change.keyIn = patch.key?.in ?? null;
    change.keyName = patch.key?.name ?? null;
    change.sealedKey = patch.key ? await sealed(patch.key.value) : null;
  }
  if (patch.signingSecret !== undefined) change.sealedSigningSecret = await sealed(patch.signingSecret);
  const enabled = patch.enabled ?? before.status !== 'disabled';
  const isNew = change.url !== undefined || change.keyIn !== undefined || change.sealedSigningSecret !== undefined;
  const status = !enabled ? 'disabled' : isNew || before.status === 'disabled' ? 'untested' : before.status;
  if (status !== before.status) change.status = status;
  if (Object.keys(change).length === 0) return before;

  await updateIntegration(deps, tenantId, id, change);
  await audit(deps, tenantId, principal, {
    action: 'integration.update',
    targetKind: 'integration',
    targetId: id,
    detail: {
      changed: Object.keys(patch).sort(),
      ...(change.url !== undefined && { url: change.url }),
      ...(patch.enabled !== undefined && { enabled: patch.enabled }),
    },
  });
  return { ...before, ...change };
}

/** Removes an integration with its automations. What waits to be sent to it becomes `failed`. Throws `not_found`. */
export async function deleteIntegration(deps: Deps, tenantId: string, principal: Principal, id: string): Promise<void> {
  const { name } = await getIntegration(deps, tenantId, id);
  await removeIntegration(deps, tenantId, id);
  await audit(deps, tenantId, principal, {
    action: 'integration.delete',
    targetKind: 'integration',
    targetId: id,
    detail: { name },
  });
}

function sealerOf(deps: Deps, tenantId: string, id: string): (plain: string) => Promise<string> {
  const sealer = createSealer(deps.env.SEALING_KEYS);
  return (plain) => sealer.seal(plain, sealingContext(tenantId, id));
}

/** An address is shown and stored as it is, so it must not carry a secret: a query string is given as the key. */
function receiverUrl(deps: Deps, address: string): string {
  const url = checkOutboundUrl(deps.env, address);
  if (url.search || url.hash) {
    throw invalidRequest({
      detail:
        'url: leave out everything from the "?" on, for Okta Workflows the address ends with /invoke. Give the parameter, there clientToken, as the key.',
    });
  }
  return url.href;
}
