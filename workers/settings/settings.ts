import { audit } from '../auth/audit.ts';
import type { Principal } from '../auth/principal.ts';
import type { Deps } from '../platform/deps.ts';
import { notFound } from '../platform/errors.ts';
import { findRetention, type Retention, updateRetention } from './retention.repository.ts';

/** What a tenant has set for itself. */
export type Settings = Retention;

/** Throws `not_found`. */
export async function readSettings(deps: Pick<Deps, 'control'>, tenantId: string): Promise<Settings> {
  const settings = await findRetention(deps, tenantId);
  if (!settings) throw notFound();
  return settings;
}

/**
 * Changes what is given and audits it, from what to what. Writes nothing when nothing changes. In effect everywhere
 * within a minute; what a shorter retention no longer keeps goes with the next nightly run. Throws `not_found`.
 */
export async function changeSettings(
  deps: Pick<Deps, 'control' | 'evidence' | 'clock' | 'ids'>,
  tenantId: string,
  principal: Principal,
  input: { [K in keyof Settings]?: Settings[K] | undefined },
): Promise<Settings> {
  const before = await readSettings(deps, tenantId);
  const keys = (Object.keys(before) as (keyof Settings)[]).filter(
    (key) => input[key] !== undefined && input[key] !== before[key],
  );
  if (keys.length === 0) return before;
  const after = await updateRetention(deps, tenantId, Object.fromEntries(keys.map((key) => [key, input[key]])));
  if (!after) throw notFound();
  await audit(deps, tenantId, principal, {
    action: 'settings.update',
    targetKind: 'tenant',
    targetId: tenantId,
    detail: Object.fromEntries(keys.map((key) => [key, { from: before[key], to: after[key] }])),
  });
  return after;
}
