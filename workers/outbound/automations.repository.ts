import { and, desc, eq } from 'drizzle-orm';
import { automations } from '../../db/control/schema.ts';
import type { Deps } from '../platform/deps.ts';
import { notFound } from '../platform/errors.ts';
import type { Automation } from './automation.ts';

type ControlDeps = Pick<Deps, 'control'>;

const own = (tenantId: string, id: string) => and(eq(automations.tenantId, tenantId), eq(automations.id, id));

/** Every automation of a tenant, newest first. There are at most MAX_AUTOMATIONS. */
export async function listAutomations(deps: ControlDeps, tenantId: string): Promise<Automation[]> {
  return deps.control
    .select()
    .from(automations)
    .where(eq(automations.tenantId, tenantId))
    .orderBy(desc(automations.createdAt), desc(automations.id));
}

/** Throws `not_found`. */
export async function getAutomation(deps: ControlDeps, tenantId: string, id: string): Promise<Automation> {
  const [row] = await deps.control.select().from(automations).where(own(tenantId, id));
  if (!row) throw notFound({ detail: 'There is no such automation.' });
  return row;
}

export async function insertAutomation(deps: ControlDeps, automation: Automation): Promise<void> {
  await deps.control.insert(automations).values(automation);
}

export async function updateAutomation(
  deps: ControlDeps,
  tenantId: string,
  id: string,
  change: Partial<Omit<Automation, 'tenantId' | 'id' | 'createdAt'>>,
): Promise<void> {
  await deps.control.update(automations).set(change).where(own(tenantId, id));
}

export async function deleteAutomation(deps: ControlDeps, tenantId: string, id: string): Promise<void> {
  await deps.control.delete(automations).where(own(tenantId, id));
}
