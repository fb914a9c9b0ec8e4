import { audit } from '../auth/audit.ts';
import type { Principal } from '../auth/principal.ts';
import type { Deps } from '../platform/deps.ts';
import { derivedId } from '../platform/ids.ts';
import type { CallAnswer, Plan, Ref } from './plan.types.ts';
import type { Remediation } from './remediations.repository.ts';

type AuditDeps = Pick<Deps, 'evidence' | 'clock' | 'ids'>;

/** That somebody confirmed a plan. Told once, however often it is called. */
export function auditRequest(deps: AuditDeps, row: Remediation, by: Principal, plan: Plan): Promise<void> {
  const calls = plan.calls.map(({ method, path }) => `${method} ${path}`);
  return line(deps, row, by, 'remediation.request', { ...about(row, plan), calls });
}

/** How it ended. Told once. */
export function auditOutcome(
  deps: AuditDeps,
  row: Remediation,
  by: Principal,
  plan: Plan,
  outcome: { status: 'done' | 'failed'; answers: CallAnswer[]; problem: string | null },
): Promise<void> {
  const answers = outcome.answers.map(
    ({ method, path, status, note }) => `${method} ${path}: ${status}${note === null ? '' : ` (${note})`}`,
  );
  return line(deps, row, by, `remediation.${outcome.status}`, {
    ...about(row, plan),
    answers,
    ...(outcome.problem === null ? {} : { problem: outcome.problem }),
  });
}

function about(row: Remediation, { action, source, subject, object }: Plan) {
  return {
    action,
    source: source.id,
    subject: named(subject),
    ...(object && { object: named(object) }),
    digest: row.digest,
  };
}

function named({ kind, nativeId, name }: Ref): string {
  return `${kind} ${nativeId} (${name})`;
}

function line(
  deps: AuditDeps,
  { tenantId, id, confirmedAt, createdAt }: Remediation,
  by: Principal,
  action: string,
  detail: Record<string, unknown>,
): Promise<void> {
  return audit(deps, tenantId, by, {
    once: { id: derivedId('aud', tenantId, id, action), since: confirmedAt ?? createdAt },
    action,
    targetKind: 'remediation',
    targetId: id,
    detail,
  });
}
