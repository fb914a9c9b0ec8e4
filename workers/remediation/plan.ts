import type { Principal } from '../auth/principal.ts';
import { graphOf } from '../graph/directory.ts';
import { nodeId } from '../graph/model.ts';
import { sha256Hex } from '../platform/crypto.ts';
import type { Deps } from '../platform/deps.ts';
import { openCredential } from '../sources/okta/credential.ts';
import { hasCode } from '../sources/okta/errors.ts';
import { checkWrite, REMEDIATION_WRITES } from '../sources/okta/writes.ts';
import { ACTION_INFO } from './actions.ts';
import { type CheckContext, type Checked, refusal } from './check.types.ts';
import { checkAssignment, checkMembership } from './check-access.ts';
import { checkAccount } from './check-account.ts';
import { checkGrant, checkToken } from './check-credential.ts';
import { checkRole } from './check-role.ts';
import { typeable } from './confirm-name.ts';
import { readEffects } from './effects.ts';
import { type OktaAccess, openOkta } from './okta-access.ts';
import { checkRights, readOwnCredential } from './own-credential.ts';
import type { Plan, Ref, RemediationRequest } from './plan.types.ts';
import { checkSafety } from './safety.ts';
import { findTarget, type Target } from './target.ts';

/** What is known of a request before its effects are: enough to make the change, or to refuse it. */
export interface Examined {
  target: Target;
  okta: OktaAccess;
  checked: Checked;
  /** Of the source and the calls: what a person agreed to. */
  digest: string;
}

/**
 * Looks in Okta, now, at whether a request can be done and which calls do it. Changes nothing. Throws `not_found`,
 * `invalid_request`, `source.disabled`, and what Okta's own state makes transient (`okta.unavailable`,
 * `okta.rate_limited`) or useless (`okta.unauthorized`).
 */
export async function examine(
  deps: Deps,
  tenantId: string,
  by: Principal,
  request: RemediationRequest,
): Promise<Examined> {
  const target = await findTarget(deps, tenantId, by, request);
  const okta = await openOkta(deps, tenantId, target.source, request);
  const graph = graphOf(deps, tenantId);
  const checked = await unlessRefused(target, () => check({ okta, graph, target }));
  if (checked.refusals.length === 0) {
    const own = await readOwnCredential(okta, target.source);
    const credential = await openCredential(deps, tenantId, target.source);
    const onAdmin = (target.account?.view.tier ?? 'none') !== 'none';
    const rights = await checkRights(deps, target.source, credential, own, request, onAdmin);
    checked.warnings.push(...rights.warnings);
    checked.refusals.push(...rights.refusals);
    checked.refusals.push(...(await checkSafety({ deps, tenantId, by, okta, graph, own }, target, checked)));
  }
  return { target, okta, checked, digest: digestOf(tenantId, target, checked) };
}

/** The dry run of a request, with everything that would follow from it. */
export async function planOf(
  deps: Deps,
  tenantId: string,
  by: Principal,
  request: RemediationRequest,
): Promise<{ plan: Plan; digest: string }> {
  const { target, checked, digest } = await examine(deps, tenantId, by, request);
  const { subject, object, calls, refusals, warnings, ownerId } = checked;
  const graph = graphOf(deps, tenantId);
  const view = ownerId
    ? await graph.accountView(nodeId('account', target.source.id, ownerId))
    : (target.account?.view ?? null);
  const plan: Plan = {
    action: request.action,
    title: ACTION_INFO[request.action].title,
    source: { id: target.source.id, name: target.source.name },
    subject,
    object,
    ownerId: ownerId ?? null,
    confirm: typeable(isLatin(subject.name) ? subject.name : (target.account?.login ?? subject.name), subject.nativeId),
    calls,
    refusals,
    warnings,
    effects: await readEffects(deps, tenantId, graph, target, subject.id, view, by),
  };
  return { plan, digest };
}

/** A name in another script cannot be typed on every keyboard: then the log-in is asked for. */
function isLatin(name: string): boolean {
  return /^[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]*$/u.test(name);
}

async function check(context: CheckContext): Promise<Checked> {
  const checked = await checkAction(context);
  for (const { method, path } of checked.calls) checkWrite(REMEDIATION_WRITES, method, path);
  return checked;
}

function checkAction(context: CheckContext): Promise<Checked> {
  switch (context.target.request.action) {
    case 'remove_from_group':
      return checkMembership(context);
    case 'unassign_app':
      return checkAssignment(context);
    case 'remove_role':
      return checkRole(context);
    case 'revoke_api_token':
      return checkToken(context);
    case 'revoke_grant':
      return checkGrant(context);
    default:
      return checkAccount(context);
  }
}

/** What may not be looked at cannot be judged: it is not done. */
async function unlessRefused(target: Target, work: () => Promise<Checked>): Promise<Checked> {
  try {
    return await work();
  } catch (error) {
    if (!hasCode(error, 'okta.forbidden', 'okta.bad_request', 'okta.bad_answer', 'okta.write_not_allowed')) throw error;
    const subject = subjectOf(target);
    const why = error.detail ?? error.title;
    const refusals = [refusal('may_not_read', `Whether it can be done cannot be seen: ${why}`)];
    return { subject, object: null, calls: [], refusals, warnings: [] };
  }
}

function subjectOf({ account, group, app, token, source }: Target): Ref {
  const node = account ?? group ?? app;
  if (node) return { id: node.id, kind: node.kind, nativeId: node.nativeId, name: node.name };
  const native = token?.nativeId ?? '';
  const id = token?.nodeId ?? nodeId('credential', source.id, native);
  return { id, kind: 'credential', nativeId: native, name: token?.name ?? native };
}

function digestOf(tenantId: string, { source, request }: Target, { subject, calls }: Checked): string {
  const called = calls.map(({ method, path }) => `${method} ${source.baseUrl}${path}`);
  return sha256Hex(JSON.stringify([tenantId, source.id, request.action, subject.nativeId, called]));
}
