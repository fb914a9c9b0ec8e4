import { audit } from '../auth/audit.ts';
import { type Principal, seesSource } from '../auth/principal.ts';
import { findUser } from '../auth/users.repository.ts';
import type { Deps } from '../platform/deps.ts';
import type { DiscoveredApp } from './app.ts';
import { type Decision, getApp, saveDecision } from './apps.repository.ts';
import { assessApps } from './assess.ts';
import { appNotFound, unknownOwner } from './discovery.errors.ts';
import type { DecisionInput } from './discovery.schemas.ts';

/** The app, if the tenant has it and its source is one that the principal may work on. Throws `discovery.not_found`. */
export async function visibleApp(
  deps: Pick<Deps, 'evidence'>,
  tenantId: string,
  principal: Principal,
  id: string,
): Promise<DiscoveredApp> {
  const app = await getApp(deps, tenantId, id);
  if (!app || !seesSource(principal, app.sourceId)) {
    throw appNotFound({ detail: 'There is no such app.' });
  }
  return app;
}

/**
 * Writes who answers for an app, and what a review came to. The same decision again changes nothing. Throws
 * `discovery.not_found`, `discovery.unknown_owner`.
 */
export async function decide(
  deps: Deps,
  tenantId: string,
  principal: Principal,
  id: string,
  input: DecisionInput,
): Promise<DiscoveredApp> {
  const app = await visibleApp(deps, tenantId, principal, id);
  const owner = input.owner === undefined ? app.owner : input.owner;
  if (owner !== null && owner !== app.owner) await checkOwner(deps, tenantId, owner, app.sourceId);
  const review = input.review ?? app.review;
  const note = input.note === undefined ? app.reviewNote : input.note || null;
  const reviewed = review !== app.review || note !== app.reviewNote;
  if (owner === app.owner && !reviewed) return app;
  const next: Decision = {
    owner,
    review,
    reviewNote: note,
    reviewedBy: reviewed ? principal.id : app.reviewedBy,
    reviewedAt: reviewed ? deps.clock.now() : app.reviewedAt,
  };
  await saveDecision(deps, tenantId, id, next);
  await audit(deps, tenantId, principal, {
    action: 'discovery.decide',
    targetKind: 'discovered_app',
    targetId: id,
    detail: { owner, review, note },
  });
  const changed = await visibleApp(deps, tenantId, principal, id);
  await assessApps(deps, tenantId, [changed]);
  return visibleApp(deps, tenantId, principal, id);
}

async function checkOwner(deps: Deps, tenantId: string, owner: string, sourceId: string): Promise<void> {
  const user = await findUser(deps, tenantId, owner);
  if (!user || user.disabledAt !== null) throw unknownOwner({ detail: 'Name an enabled user of this tenant.' });
  if (!seesSource(user, sourceId)) {
    throw unknownOwner({ detail: 'This user may not see apps of that source.' });
  }
}
