import { audit } from '../auth/audit.ts';
import type { Principal } from '../auth/principal.ts';
import type { Deps } from '../platform/deps.ts';
import { conflict, invalidRequest, notFound, PosternError } from '../platform/errors.ts';
import type { Automation } from './automation.ts';
import {
  deleteAutomation,
  getAutomation,
  insertAutomation,
  listAutomations,
  updateAutomation,
} from './automations.repository.ts';
import { type AutomationPatch, MAX_AUTOMATIONS, type NewAutomation } from './automations.schemas.ts';
import { getIntegration } from './integrations.repository.ts';

/** Throws `invalid_request` for an integration that is not there, `conflict` beyond MAX_AUTOMATIONS. */
export async function createAutomation(
  deps: Deps,
  tenantId: string,
  principal: Principal,
  input: NewAutomation,
): Promise<Automation> {
  await requireIntegration(deps, tenantId, input.integrationId);
  if ((await listAutomations(deps, tenantId)).length >= MAX_AUTOMATIONS) {
    throw conflict({ detail: `A tenant has at most ${MAX_AUTOMATIONS} automations: remove one first.` });
  }
  const automation: Automation = { tenantId, id: deps.ids.next('atm'), ...input, createdAt: deps.clock.now() };
  await insertAutomation(deps, automation);
  await audit(deps, tenantId, principal, {
    action: 'automation.create',
    targetKind: 'automation',
    targetId: automation.id,
    detail: { ...input },
  });
  return automation;
}

/** Throws `not_found`, and `invalid_request` for an integration that is not there. */
export async function changeAutomation(
  deps: Deps,
  tenantId: string,
  principal: Principal,
  id: string,
  patch: AutomationPatch,
): Promise<Automation> {
  const before = await getAutomation(deps, tenantId, id);
  if (patch.integrationId !== undefined) await requireIntegration(deps, tenantId, patch.integrationId);
  const change = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  if (Object.keys(change).length === 0) return before;
  await updateAutomation(deps, tenantId, id, change);
  await audit(deps, tenantId, principal, {
    action: 'automation.update',
    targetKind: 'automation',
    targetId: id,
    detail: change,
  });
  return { ...before, ...change };
}

/** Throws `not_found`. */
export async function removeAutomation(deps: Deps, tenantId: string, principal: Principal, id: string): Promise<void> {
  const { name } = await getAutomation(deps, tenantId, id);
  await deleteAutomation(deps, tenantId, id);
  await audit(deps, tenantId, principal, {
    action: 'automation.delete',
    targetKind: 'automation',
    targetId: id,
    detail: { name },
  });
}

async function requireIntegration(deps: Deps, tenantId: string, id: string): Promise<void> {
  try {
    await getIntegration(deps, tenantId, id);
  } catch (error) {
    if (!(error instanceof PosternError) || error.code !== notFound().code) throw error;
    throw invalidRequest({ detail: 'integrationId: there is no such integration.' });
  }
}
