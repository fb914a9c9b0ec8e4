import type { Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import type { Principal } from './principal.ts';

export interface AuditEntry {
  action: string;
  targetKind?: string;
  targetId?: string;
  /** Shown to people: never a secret. */
  detail?: Record<string, unknown>;
  ip?: string | null;
  /** Where the same thing may be told twice: the id of its line (`aud_…`), and since when the first can stand there. */
  once?: { id: string; since: Millis };
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
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11
       WHERE ?12 IS NULL OR NOT EXISTS (SELECT 1 FROM audit WHERE tenant_id = ?1 AND at >= ?12 AND id = ?2)`,
    )
    .bind(
      tenantId,
      entry.once?.id ?? deps.ids.next('aud'),
      deps.clock.now(),
      principal.kind,
      principal.id,
      principal.name,
      entry.action,
      entry.targetKind ?? null,
      entry.targetId ?? null,
      entry.detail ? JSON.stringify(entry.detail) : null,
      entry.ip ?? principal.ip ?? null,
      entry.once?.since ?? null,
    )
    .run();
}
