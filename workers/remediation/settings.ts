import { eq } from 'drizzle-orm';
import { remediationSettings } from '../../db/control/schema.ts';
import { audit } from '../auth/audit.ts';
import type { Principal } from '../auth/principal.ts';
import type { Millis } from '../platform/clock.ts';
import type { Deps } from '../platform/deps.ts';
import { forbidden } from '../platform/errors.ts';
import { remediationDisabled } from './remediation.errors.ts';

export interface RemediationSettings {
  enabled: boolean;
  /** When it was last turned on or off, and by whom; null when it never was. */
  updatedAt: Millis | null;
  updatedBy: string | null;
}

/** Off where nobody has ever turned it on. */
export async function readSettings(deps: Pick<Deps, 'control'>, tenantId: string): Promise<RemediationSettings> {
  const [row] = await deps.control.select().from(remediationSettings).where(eq(remediationSettings.tenantId, tenantId));
  return { enabled: row?.enabled ?? false, updatedAt: row?.updatedAt ?? null, updatedBy: row?.updatedBy ?? null };
}

/**
 * Turns it on or off. On is the word of the tenant's own super admin: an operator may only turn it off. Audited; writes
 * nothing when it is so already. Throws `forbidden`.
 */
export async function changeSettings(
  deps: Pick<Deps, 'control' | 'evidence' | 'clock' | 'ids'>,
  tenantId: string,
  by: Principal,
  enabled: boolean,
): Promise<RemediationSettings> {
  if (enabled && by.role !== 'super_admin') {
    throw forbidden({ detail: 'Only a super admin of the tenant turns remediation on.' });
  }
  const before = await readSettings(deps, tenantId);
  if (before.enabled === enabled) return before;
  // logged first: the two are in different databases, and nobody is to turn it on unseen
  await audit(deps, tenantId, by, {
    action: enabled ? 'remediation.enable' : 'remediation.disable',
    targetKind: 'tenant',
    targetId: tenantId,
  });
  const row = { enabled, updatedAt: deps.clock.now(), updatedBy: by.id };
  await deps.control
    .insert(remediationSettings)
    .values({ tenantId, ...row })
    .onConflictDoUpdate({ target: remediationSettings.tenantId, set: row });
  return row;
}

/** Throws `remediation.disabled` unless a super admin has turned it on. */
export async function mustBeOn(deps: Pick<Deps, 'control'>, tenantId: string): Promise<void> {
  if ((await readSettings(deps, tenantId)).enabled) return;
  throw remediationDisabled({ detail: 'A super admin turns it on under Settings, Remediation.' });
}
