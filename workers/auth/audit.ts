import type { Deps } from '../platform/deps.ts';
import type { Principal } from './principal.ts';

export interface AuditEntry {
  action: string;
  targetKind?: string;
  targetId?: string;
  /** Shown to people: never a secret. */
  detail?: Record<string, unknown>;
  ip?: string | null;
  /** Id of the line (`aud_…`) where the same thing may be told twice: the second is left out. */
  id?: string;
}

/** Writes one line of the audit log. Every state change by a person or a token calls it. */
export async function audit(
  deps: Pick<Deps, 'evidence' | 'clock' | 'ids'>,
  tenantId: string,
  principal: Principal,
  entry: AuditEntry,
): Promise<void> {
  await deps
    .evidence(tenantId)
    .prepare(
      `INSERT INTO audit (tenant_id, id, at, actor_kind, actor_id, actor_name, action, target_kind, target_id, detail, ip)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO NOTHING`,
    )
    .bind(
      tenantId,
      entry.id ?? deps.ids.next('aud'),
      deps.clock.now(),
      principal.kind,
      principal.id,
      principal.name,
      entry.action,
      entry.targetKind ?? null,
      entry.targetId ?? null,
      entry.detail ? JSON.stringify(entry.detail) : null,
      entry.ip ?? principal.ip ?? null,
    )
    .run();
}
